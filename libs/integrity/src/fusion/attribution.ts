import { DETECTOR_NAMES, type AttributionReason, type Bilingual, type FusionContext, type Signal } from '@app/contracts';
import { afterLooks, surpriseOf } from './family-evidence';
import { ATTRIBUTION } from './weights';

const MOST_ORDERS = 2;
const reason = (name: string, contribution: number, text: Bilingual): AttributionReason => ({ reason: name, contribution, text });

/** What speaks for and against the dealer's own hand. The first line is what is said of anybody whose numbers are inflated. */
export function attributionOf(signals: readonly Signal[], sessions: number, context: FusionContext): AttributionReason[] {
  const reasons = [
    reason('nothingKnown', ATTRIBUTION.base, {
      zh: '仅凭流量异常不能认定是经销商所为：任何人都可以向直播间投放机器人',
      en: 'Strange traffic alone does not show whose doing it is: anybody can send bots to a room',
    }),
  ];
  for (const [detector, surprise] of ownActs(signals, sessions))
    reasons.push(
      reason(`ownAct:${detector}`, ATTRIBUTION.ownActs[detector].weight * Math.min(MOST_ORDERS, surprise), {
        zh: `${DETECTOR_NAMES[detector]?.zh ?? detector}：所见行为通常只有经销商自己能做到`,
        en: `${DETECTOR_NAMES[detector]?.en ?? detector}: what is seen is usually in the dealer's own hands only`,
      }),
    );
  reasons.push(...gainReasons(context));
  if (context.selfReported)
    reasons.push(
      reason('selfReported', ATTRIBUTION.selfReported, {
        zh: '经销商在被发现之前主动报告了异常流量',
        en: 'The dealer told of the strange traffic before it was found',
      }),
    );
  return reasons;
}

function gainReasons({ gain }: FusionContext): AttributionReason[] {
  if (!gain) return [];
  const more = Number(gain.reportedCny) > Number(gain.correctedCny);
  return more
    ? [
        reason('gains', ATTRIBUTION.gains, {
          zh: `激励因此增加：${gain.correctedCny} 元变为 ${gain.reportedCny} 元`,
          en: `The incentive grows by it: from ${gain.correctedCny} to ${gain.reportedCny} CNY`,
        }),
      ]
    : [
        reason('gainsNothing', ATTRIBUTION.gainsNothing, {
          zh: '经销商没有因此多得激励，像是第三方所为',
          en: 'The dealer earns nothing by it, as when a third party does it',
        }),
      ];
}

/** Detectors of own acts that spoke, by name, with the surprise of their strongest signal. */
function ownActs(signals: readonly Signal[], sessions: number): [detector: string, surprise: number][] {
  const found = new Map<string, number>();
  for (const { detector, subject, strength, evidence } of signals) {
    const act = ATTRIBUTION.ownActs[detector];
    const { figure = '' } = act ?? {};
    if (act === undefined || !(figure === '' || evidence.figures.some(({ name }) => name.startsWith(figure)))) continue;
    const surprise = surpriseOf(afterLooks(strength, subject.kind === 'session' ? sessions : 1));
    if (surprise > 0) found.set(detector, Math.max(found.get(detector) ?? 0, surprise));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}
