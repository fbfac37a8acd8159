import { type SeenRows, isSeen } from '@app/access';
import {
  Basis,
  FROZEN_REPORTS,
  FootfallRow,
  FrozenReport,
  Level,
  RankingRow,
  ReportQuery,
  ShowroomRow,
  TierRow,
  ValueRow,
} from '@app/contracts';
import { type Warehouse, accountKey } from '@app/warehouse';
import type { BrandScope } from '../report-stores';
import { inScope } from '../scope';
import type { FrozenKey } from './kept-figure';
import { closedRows } from './closed-rows.reader';

type AnyRow = ShowroomRow | ValueRow | TierRow | RankingRow | FootfallRow;
/** What every question has; a month in whatever way it was asked for. */
const PLAIN = ['name', 'brand', 'month', 'from', 'to', 'period', 'level', 'regions', 'basis', 'asOf'];
/** What only chooses rows, by level. */
const CHOOSING: Readonly<Record<Level, readonly string[]>> = {
  account: ['platform', 'tier', 'dealerId', 'accountId'],
  dealer: ['dealerId'],
  region: [],
  brand: [],
};
const BASES: readonly Basis[] = ['raw', 'adjusted'];

/** Every question of a month that a close holds the answer of. */
export const FROZEN_KEYS: readonly FrozenKey[] = FROZEN_REPORTS.flatMap((report) =>
  BASES.flatMap((basis) => [
    { report, level: 'account' as const, regions: null, basis },
    { report, level: 'dealer' as const, regions: null, basis },
    { report, level: 'region' as const, regions: 'adcode' as const, basis },
    { report, level: 'region' as const, regions: 'sales' as const, basis },
    { report, level: 'brand' as const, regions: null, basis },
  ]),
);

/**
 * Under which key a close holds what is asked; null: figures of a group are asked over some of its accounts, or something that no close holds.
 * A filter that is added to reports later is not known here, and so never answered with rows that it would change.
 */
export function frozenKey(query: ReportQuery, scope: BrandScope): FrozenKey | null {
  const { name, level, regions, basis } = query;
  if (!(FROZEN_REPORTS as readonly string[]).includes(name)) return null;
  if (level !== 'account' && level !== 'dealer' && scope !== 'all') return null;
  const known = [...PLAIN, ...CHOOSING[level]];
  if (Object.entries(query).some(([field, value]) => value !== undefined && value !== false && !known.includes(field))) return null;
  return { report: name as FrozenReport, level, regions: level === 'region' ? (regions ?? 'adcode') : null, basis };
}

/** Which rows of a frozen report a scope shows, at the levels that are frozen for all. */
export function seenRows(brandId: number, level: Level, { accounts, dealers }: SeenRows): (row: AnyRow) => boolean {
  if (accounts === 'all') return () => true;
  if (level === 'dealer') return ({ dealerId }) => dealerId != null && isSeen(dealers, dealerId);
  return (row) => level === 'account' && inScope(accounts, accountKey(brandId, row.platform!, row.accountId!).toString());
}

/** Which rows of a frozen report the filters choose. */
export async function chosenRows(
  warehouse: Warehouse,
  close: { brandId: number; month: string; closeId: string },
  query: ReportQuery,
): Promise<(row: AnyRow) => boolean> {
  const { platform, tier, dealerId, accountId, basis } = query;
  if (query.level !== 'account') return (row) => dealerId === undefined || row.dealerId === dealerId;
  const ofTier = tier === undefined ? null : await accountsOfTier(warehouse, close, { tier, basis });
  return (row) =>
    (platform === undefined || row.platform === platform) &&
    (accountId === undefined || row.accountId === accountId) &&
    (dealerId === undefined || row.dealerId === dealerId) &&
    (ofTier === null || ofTier.has(`${row.platform} ${row.accountId}`));
}

async function accountsOfTier(
  warehouse: Warehouse,
  close: { brandId: number; month: string; closeId: string },
  { tier, basis }: { tier: string; basis: Basis },
): Promise<Set<string>> {
  const rows = await closedRows<TierRow>(warehouse, close, { report: 'tiers', level: 'account', regions: null, basis });
  return new Set(rows.filter(({ earnedTier }) => earnedTier === tier).map((row) => `${row.platform} ${row.accountId}`));
}
