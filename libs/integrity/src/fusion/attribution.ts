import type { AttributionReason, Bilingual, FamilyEvidence, FusionContext } from '@app/contracts';
import { ATTRIBUTION } from './weights';

const MOST_ORDERS = 2;
const reason = (name: string, contribution: number, text: Bilingual): AttributionReason => ({ reason: name, contribution, text });

/** What speaks for and against the dealer's own hand. The first line is what is said of anybody whose numbers are inflated. */
export function attributionOf(families: readonly FamilyEvidence[], context: FusionContext): AttributionReason[] {
  const reasons = [
    reason('nothingKnown', ATTRIBUTION.base, {
      zh: '仅凭流量异常不能认定是经销商所为：任何人都可以向直播间投放机器人',
      en: 'Strange traffic alone does not show whose doing it is: anybody can send bots to a room',
    }),
  ];
  for (const { family, detectors, surprise } of families) {
    const weight = Math.max(ATTRIBUTION.families[family] ?? 0, ...detectors.map((name) => ATTRIBUTION.detectors[name] ?? 0));
    const contribution = weight * Math.min(MOST_ORDERS, surprise);
    if (contribution > 0)
      reasons.push(
        reason(`ownAct:${family}`, contribution, {
          zh: `${detectors.join('、')}：所见行为通常只有经销商自己能做到`,
          en: `${detectors.join(', ')}: what is seen is usually in the dealer's own hands only`,
        }),
      );
  }
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
