import type { Bilingual, Reasons, ShowroomRow, Subject } from '@app/contracts';
import { ceilOfShare, exactRatio } from './exact-ratio';

/** Showroom figures of one group (account key, dealer id, region, brand; of the memberships asked with), without names. */
export type ShowroomFigures = Omit<ShowroomRow, keyof Subject | 'month'> & { group: string; exact: ExactShowroom };

/** The sums that rounded figures are made of: scores compare them exactly. */
export interface ExactShowroom {
  /** Null where the loyal share is unknown. */
  loyalShare: { top: number; bottom: number } | null;
  showroomVisits: bigint;
  showroomDwell: bigint;
  otherVisits: bigint;
  otherDwell: bigint;
  /** Platform and identified viewers over the sessions that have both. */
  platformViewers: bigint;
  identifiedViewers: bigint;
  seenEntries: bigint;
  views: bigint;
}

/** What is known of one account in the period, whoever owned it. */
export interface AccountTold {
  known: boolean;
  /** Why its viewers are unknown; null when they are known. */
  reason: Bilingual | null;
  /** Platform and identified viewers over the sessions that have both. */
  platformViewers: bigint;
  identifiedViewers: bigint;
  fileOnly: boolean;
}

/** Sums of one group out of the store. */
export interface GroupSums {
  group: string;
  /** Which answer of the scope the group is of. */
  answer: number;
  accounts: string[];
  entries: bigint;
  usable: bigint;
  sessions: number;
  skipped: number;
  platformViewers: bigint;
  identifiedViewers: bigint;
  seenEntries: bigint;
  views: bigint;
  viewers: number;
  visits: number;
  showroom: number;
  showroomOn2Days: number;
  rolling: number;
  consecutive: number;
  grabbers: number;
  showroomVisits: bigint;
  showroomDwell: bigint;
  otherVisits: bigint;
  otherDwell: bigint;
  showroomByAccount: Map<string, number>;
  upperByAccount: Map<string, number>;
}

export const REASONS = {
  noSource: {
    zh: '账号有直播，但没有观众级数据来源（需授权数据或导入进房明细）。',
    en: 'The account was live, but no source tells its viewers (authorise a feed or import entries).',
  },
  noUsableId: { zh: '进房记录没有可用的观众标识。', en: 'No entry carries a usable viewer id.' },
  nothing: { zh: '该账号从未接入观众级数据来源。', en: 'No viewer-level source was ever connected for the account.' },
  noBound: {
    zh: '没有场次同时有平台人数和可识别观众，上限未知。',
    en: 'No session has both the platform’s viewer number and identified viewers: no upper bound.',
  },
  noBoundOfZero: {
    zh: '意向用户为 0 且部分观众未被识别，上限未知。',
    en: 'Nobody qualified and a part of the viewers is not identified: no upper bound.',
  },
  partOfBound: { zh: '有意向用户的账号中，至少一个没有上限。', en: 'An account with showroom visitors has no upper bound.' },
  noEntries: { zh: '没有进房记录。', en: 'There are no entries.' },
  noDenominator: { zh: '没有可计入的观众。', en: 'There are no viewers to divide by.' },
  wholeMonthsOnly: {
    zh: '仅整月（季、年）有忠诚占比；其他时段的意向用户为滚动口径。',
    en: 'Loyal share is known for whole months only; other spans have the rolling number.',
  },
  noDwell: { zh: '没有停留时长全部已知的到访。', en: 'No visit has a fully known dwell.' },
  noDwellRatio: { zh: '一侧没有停留时长，或其他观众的均值为 0。', en: 'One side has no known dwell, or the others’ mean is 0.' },
} as const satisfies Record<string, Bilingual>;

/** Upper bound of one account's showroom visitors (domain.md 3.12): ceil(VST × max(1, k)); k = platform ÷ identified viewers. */
export function accountHigh(showroom: number, upper: number, told: AccountTold): bigint | null {
  if (told.identifiedViewers === 0n) return null;
  const partly = told.platformViewers > told.identifiedViewers;
  if (showroom === 0 && partly) return null;
  return partly ? ceilOfShare(BigInt(upper), told.platformViewers, told.identifiedViewers) : BigInt(upper);
}

function groupHigh(
  sums: GroupSums,
  known: string[],
  told: ReadonlyMap<string, AccountTold>,
): { high: number | null; reason: Bilingual | null } {
  const parts = known.map((account) => {
    const showroom = sums.showroomByAccount.get(account) ?? 0;
    return { showroom, high: accountHigh(showroom, sums.upperByAccount.get(account) ?? 0, told.get(account)!) };
  });
  const single = sums.accounts.length === 1;
  if (parts.some(({ showroom, high }) => showroom > 0 && high === null))
    return { high: null, reason: single ? REASONS.noBound : REASONS.partOfBound };
  const low = parts.reduce((sum, part) => sum + BigInt(part.showroom), 0n);
  const high = parts.reduce((sum, part) => sum + (part.high ?? 0n), 0n);
  if (low > 0n) return { high: Number(ceilOfShare(BigInt(sums.showroom), high, low)), reason: null };
  if (parts.every((part) => part.high !== null)) return { high: Number(high), reason: null };
  const unheard = parts.some((_, index) => told.get(known[index])!.identifiedViewers === 0n);
  return { high: null, reason: unheard ? REASONS.noBound : REASONS.noBoundOfZero };
}

const UNKNOWN = [
  'viewers',
  'visits',
  'showroomVisitors',
  'consecutiveVisitors',
  'rollingShowroomVisitors',
  'showroomVisitorsOn2Days',
  'grabbers',
  'loyalShare',
  'dwellRatio',
  'meanDwellShowroom',
  'meanDwellOthers',
  'showroomVisitorsLow',
  'showroomVisitorsHigh',
] as const;

function unknownFigures(reason: Bilingual, reasons: Reasons): Pick<ShowroomFigures, (typeof UNKNOWN)[number]> {
  for (const field of UNKNOWN) reasons[field] = reason;
  return Object.fromEntries(UNKNOWN.map((field) => [field, null])) as Record<(typeof UNKNOWN)[number], null>;
}

function loyalty(sums: GroupSums, wholeMonths: boolean, reasons: Reasons) {
  const share = wholeMonths ? exactRatio(BigInt(sums.showroom), BigInt(Math.max(0, sums.viewers - sums.grabbers)), 4) : null;
  if (share === null) reasons.loyalShare = wholeMonths ? REASONS.noDenominator : REASONS.wholeMonthsOnly;
  const ratio = exactRatio(sums.showroomDwell * sums.otherVisits, sums.showroomVisits * sums.otherDwell, 4);
  if (ratio === null) reasons.dwellRatio = REASONS.noDwellRatio;
  const mine = exactRatio(sums.showroomDwell, sums.showroomVisits, 3);
  if (mine === null) reasons.meanDwellShowroom = REASONS.noDwell;
  const others = exactRatio(sums.otherDwell, sums.otherVisits, 3);
  if (others === null) reasons.meanDwellOthers = REASONS.noDwell;
  return { loyalShare: share, dwellRatio: ratio, meanDwellShowroom: mine, meanDwellOthers: others };
}

/**
 * The figures of one group (domain.md 3.8–3.14): over its known accounts; null with the reason when none is known. `visits` are counted visits.
 * Entries and identifiability are over all its accounts.
 */
export function figuresOf(
  sums: GroupSums,
  told: ReadonlyMap<string, AccountTold>,
  { wholeMonths, rankingOnly }: { wholeMonths: boolean; rankingOnly: boolean },
): ShowroomFigures {
  const reasons: Reasons = {};
  const known = sums.accounts.filter((account) => told.get(account)?.known);
  const identifiability = exactRatio(sums.usable, sums.entries, 4);
  if (identifiability === null) reasons.identifiability = REASONS.noEntries;
  const fileOnly = known.length > 0 && known.every((account) => told.get(account)!.fileOnly);
  const coverage = fileOnly || known.length === 0 ? null : exactRatio(sums.seenEntries, sums.views, 4);
  const shared = {
    group: sums.group,
    entries: Number(sums.entries),
    identifiability,
    seenFactor: exactRatio(sums.platformViewers, sums.identifiedViewers, 4),
    skippedSessions: sums.skipped,
    sessions: sums.sessions,
    coverage: coverage === null ? null : Math.min(1, coverage),
    accountsKnown: known.length,
    accountsTotal: sums.accounts.length,
    reasons,
    exact: exactOf(sums, wholeMonths),
  };
  if (known.length === 0) {
    const why = sums.accounts.map((account) => told.get(account)?.reason).find((reason) => reason) ?? REASONS.nothing;
    return { ...shared, ...unknownFigures(why, reasons) };
  }
  const { high, reason } = groupHigh(sums, known, told);
  if (reason) reasons.showroomVisitorsHigh = reason;
  return {
    ...shared,
    viewers: sums.viewers,
    visits: sums.visits,
    showroomVisitors: sums.showroom,
    consecutiveVisitors: rankingOnly ? null : sums.consecutive,
    rollingShowroomVisitors: rankingOnly ? null : sums.rolling,
    showroomVisitorsOn2Days: sums.showroomOn2Days,
    grabbers: sums.grabbers,
    ...loyalty(sums, wholeMonths, reasons),
    showroomVisitorsLow: sums.showroom,
    showroomVisitorsHigh: high,
  };
}

function exactOf(sums: GroupSums, wholeMonths: boolean): ExactShowroom {
  const { showroomVisits, showroomDwell, otherVisits, otherDwell, platformViewers, identifiedViewers, seenEntries, views } = sums;
  const bottom = Math.max(0, sums.viewers - sums.grabbers);
  return {
    loyalShare: wholeMonths && bottom > 0 ? { top: sums.showroom, bottom } : null,
    showroomVisits,
    showroomDwell,
    otherVisits,
    otherDwell,
    platformViewers,
    identifiedViewers,
    seenEntries,
    views,
  };
}

/** Sums of a group of which nothing is known yet. */
export function emptySums({ answer, group }: { answer: number; group: string }): GroupSums {
  const zero = { entries: 0n, usable: 0n, platformViewers: 0n, identifiedViewers: 0n, seenEntries: 0n, views: 0n };
  const dwell = { showroomVisits: 0n, showroomDwell: 0n, otherVisits: 0n, otherDwell: 0n };
  const counts = {
    sessions: 0,
    skipped: 0,
    viewers: 0,
    visits: 0,
    showroom: 0,
    showroomOn2Days: 0,
    rolling: 0,
    consecutive: 0,
    grabbers: 0,
  };
  return { group, answer, accounts: [], ...zero, ...dwell, ...counts, showroomByAccount: new Map(), upperByAccount: new Map() };
}
