import { moves } from '../../calibration/contrasts';
import { explainedBy } from '../../calibration/declared';
import type { Observation, Series } from '../../calibration/drift';
import { sizeClassOf } from '../../calibration/room-size';
import { type DriftDetector, judgeDrift } from '../../calibration/judged-drift';
import { median } from '../../calibration/robust';
import type { Claim } from '../../calibration/units';
import type { Detector, DetectorScope, ScannedAccount } from '../../detector';
import { type ClaimWords, dayText, driftFindings } from '../../facts/drift-evidence';
import { readMinuteShapes } from '../../facts/minute-shapes.reader';
import { readSessionTotals, type SessionTotals } from '../../facts/session-totals.reader';
import { readBoughtEntries } from '../../facts/source-views.reader';

/** A share of bought views that nobody declares stays below this by rounding, late settlement and small change: what wobbles about it is no finding. */
const SMALL = 0.05;
const LEAST_VIEWS = 30;

/** How the bought share of a session's views is told, and what was declared of it. Shares 0–1; null unknown. */
export interface BoughtTold {
  paidViews: number | null;
  paidEntriesOfMinutes: number | null;
  boughtShareOfEntries: number | null;
  /** Somebody declared paid traffic for the time of the session; with a number, or without. */
  isDeclared: boolean;
  declaredViews: number | null;
  /** A cost of advertising was booked on the day. */
  hasSpend: boolean;
}

/** Share of the views that was bought beyond what was declared. A declaration without a number, or a booked spend, explains all of it. Pure. */
export function undeclaredShare(views: number, told: BoughtTold): number | null {
  const shares = [
    told.paidViews === null ? null : told.paidViews / views,
    told.paidEntriesOfMinutes === null ? null : told.paidEntriesOfMinutes / views,
    told.boughtShareOfEntries,
  ].filter((share) => share !== null);
  if (shares.length === 0) return null;
  const bought = Math.min(1, Math.max(...shares));
  if (told.hasSpend || (told.isDeclared && told.declaredViews === null)) return 0;
  const rest = bought - (told.declaredViews ?? 0) / views;
  return rest <= SMALL ? 0 : rest;
}

async function read(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Series[]> {
  const totals = await readSessionTotals(scope, accounts);
  const shapes = await readMinuteShapes(scope, accounts);
  const entries = await readBoughtEntries(scope, accounts);
  const spent = spendOf(scope);
  return accounts.flatMap(({ key, platform }) => {
    const sessions = totals.get(key) ?? [];
    const minutes = new Map(shapes.get(key)?.map((shape) => [shape.sessionId, shape]));
    const declared = scope.declared(key);
    const observations = sessions.flatMap((session): Observation[] => {
      if ((session.views ?? 0) < LEAST_VIEWS) return [];
      const span = { from: session.from, to: session.to ?? session.from + 3_600_000 };
      const explained = explainedBy(declared, span);
      const own = entries.get(key)?.get(session.sessionId);
      const share = undeclaredShare(session.views!, {
        paidViews: session.paid_views,
        paidEntriesOfMinutes: minutes.get(session.sessionId)?.paidSum ?? null,
        boughtShareOfEntries: own && own.told >= LEAST_VIEWS ? own.bought / own.told : null,
        isDeclared: explained.kinds.includes('paid'),
        declaredViews: explained.statedViews,
        hasSpend: spent(key, session),
      });
      if (share === null || explained.outage) return [];
      return [
        {
          item: session.sessionId,
          ...span,
          day: session.day,
          values: [paidScale(share)],
          kinds: [],
          declarationIds: explained.declarationIds,
        },
      ];
    });
    if (observations.length === 0) return [];
    return [{ accountKey: key, platform, size: sizeClassOf(median(sessions.map(({ views }) => views ?? 0))), observations }];
  });
}

/** Was a cost of advertising booked for the account, or for its dealer, on the day? */
function spendOf({ state, dealerAt }: DetectorScope): (accountKey: string, session: SessionTotals) => boolean {
  const days = new Set<string>();
  for (const { kind, accountKey, dealerId, day, amountCny } of state.costs)
    if (kind === 'ads' && Number(amountCny) > 0) days.add(`${accountKey ?? `dealer ${dealerId}`}/${day}`);
  return (accountKey, { day, from }) => {
    const date = dayText(day);
    return days.has(`${accountKey}/${date}`) || days.has(`dealer ${dealerAt(accountKey, from)}/${date}`);
  };
}

/** Most accounts have nothing that is bought: what those show who have some is told by one another, not by the many zeros. */
const share = moves('undeclared', 0, 1);
const undeclared: Claim = { ...share, score: (residual) => (residual.observation.values[0] === 0 ? null : share.score(residual)) };

const DRIFT: DriftDetector = {
  name: 'undeclaredPaid',
  features: ['undeclaredShare'],
  weekly: [false],
  minHistory: 5,
  // the logarithm of a share: .5 is about three per cent of the views
  leastSpread: 0.5,
  units: ['session', 'week', 'weeks'],
  constantIsUsual: true,
  learn: () => null,
  claims: () => [undeclared],
  read,
};

/** The scale on which shares are compared: from 0 on without a step, so that two per cent on one day and six on the next are no leap. */
export const paidScale = (share: number): number => Math.log1p(Math.max(0, share - SMALL) * 20);
/** From the scale to the share. */
export const shareShown = (value: number): number => (value <= 0 ? 0 : SMALL + Math.expm1(value) / 20);
const WORDS: Record<string, ClaimWords> = {
  undeclared: {
    label: { zh: '未申报的付费流量', en: 'Bought traffic that nobody declared' },
    text: {
      zh: '中平台或分钟、进房数据标明的付费占比超出申报与投放费用',
      en: 'show a share of bought views beyond what was declared or spent',
    },
    figure: 'undeclaredPaidShare',
    shown: shareShown,
    removes: {
      line: 'live_view',
      units: ({ views }, { observation }) => (views === null ? null : views * shareShown(observation.values[0] ?? 0)),
      // all of what was not declared, whatever is usual
      excess: () => 20,
    },
  },
};

/** Detector 18: the mix of sources against what was declared and spent. */
export const undeclaredPaid: Detector = {
  name: 'undeclaredPaid',
  version: 3,
  family: 'source',
  tier: 'T1',
  title: { zh: '未申报的付费流量', en: 'Undeclared paid traffic' },
  text: {
    zh: '取平台付费观看、分钟付费进房、进房来源三者中最大的付费占比，减去申报的付费人次；当天有投放费用或申报未写数量的，视为已说明。余下的占比按诚实账号的常见程度评分。',
    en: 'Takes the largest share of bought views that the platform, the minutes or the sources of entries tell, less the views declared as paid; a spend booked on the day, or a declaration without a number, explains all of it. What is left is scored by how common it is among honest accounts.',
  },
  weaknesses: {
    zh: '任何来源都不标明付费的流量不可见；无法区分门店自购与他人投放。',
    en: 'Blind to bought traffic that no source marks; cannot tell who paid.',
  },
  inputs: ['sessions', 'minutes', 'entries', 'declarations', 'costs'],
  parameters: { small: { value: SMALL, unit: 'share', text: { zh: '不计的占比', en: 'Share that is not counted' } } },
  minimumSample: {
    history: { value: DRIFT.minHistory, unit: 'sessions', text: { zh: '标明来源的历史场次', en: 'Sessions of history that tell sources' } },
    views: { value: LEAST_VIEWS, unit: 'views', text: { zh: '单场观看', en: 'Views of a session' } },
  },
  run: async (scope) => {
    const { judged, notAssessable } = await judgeDrift(scope, DRIFT);
    return { findings: await driftFindings(scope, judged, WORDS), notAssessable };
  },
};
