import { readUnitEvidence, type UnitEvidence } from '@app/analytics';
import {
  addDays,
  businessDay,
  businessMonth,
  type Bilingual,
  type BrandState,
  type CasePreview,
  type Platform,
  type Signal,
} from '@app/contracts';
import { policyOf } from '@app/database';
import type { ReportService } from '@app/reports';
import { accountKey, type Warehouse } from '@app/warehouse';
import type { CaseRecord } from './case-record';
import { accountOf } from './case-subject';
import { lessOf, rankingPreview } from './ranking-preview';
import { unitsRemoved, type RemovedUnits as Units } from './removal';

type Evidence = Pick<UnitEvidence, 'line' | 'day' | 'origin' | 'id' | 'net'>;

const NO_ACCOUNT: Bilingual = {
  zh: '案件不针对单个账号，无法预览每项数字',
  en: 'The case is not about one account: figures by line cannot be shown',
};
const ENTRIES: Bilingual = {
  zh: '进房记录的剔除影响客流与到访（见 risk），未计入此处的价值项与名次',
  en: 'Entries that are left out change visits and showroom visitors (see risk); lines and ranks here are without them',
};
const IN_FORCE: Bilingual = {
  zh: '剔除已生效：名次以排名为准',
  en: 'It is left out already: the ranking says where the account stands',
};

/** What is looked at of a case. */
export interface Previewed {
  record: CaseRecord;
  signals: readonly Signal[];
  /** Left out already. */
  inForce: boolean;
  /** Without it, or for whoever sees a part of the brand, others' places are not told. */
  reports: ReportService | undefined;
}

/** Units of the case's account over its days, as reported and as they would be, and the ranking; what other cases remove of the lines is not looked at. */
export async function previewOf(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  { record, signals, inForce, reports }: Previewed,
): Promise<Pick<CasePreview, 'lines' | 'ranking' | 'notes'>> {
  const account = accountOf(record.subject);
  if (!account) return { lines: [], ranking: null, notes: [NO_ACCOUNT] };
  const units = await unitsRemoved({ warehouse, state }, signals);
  const hasEntries = signals.some(({ evidence }) => evidence.removes?.some((one) => one.kind === 'entries' && one.count > 0));
  const evidence = await evidenceOf({ warehouse, state }, { account, record, units });
  const had = new Map(evidence.map(({ line, day, origin, id, net }) => [keyOf({ line, day, origin, target: id }), net]));
  const month = businessMonth(record.from, state.brand.zone);
  const inMonth = units.filter(({ day }) => day.startsWith(month));
  const less = lessOf(state, inMonth, (unit) => had.get(keyOf(unit)) ?? 0n);
  const ranking = reports && !inForce ? await rankingPreview(reports, { state, from: record.from }, { account, less }) : null;
  return { lines: linesOf(account, evidence, units), ranking, notes: [...(hasEntries ? [ENTRIES] : []), ...(inForce ? [IN_FORCE] : [])] };
}

/** Facts behind the units of the account, over the days of the case and of whatever it lists. */
async function evidenceOf(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  { account, record, units }: { account: { platform: Platform; accountId: string }; record: CaseRecord; units: readonly Units[] },
): Promise<UnitEvidence[]> {
  const { brandId, zone } = state.brand;
  const days = [businessDay(record.from, zone), businessDay(record.to - 1, zone), ...units.map(({ day }) => day)].sort();
  return readUnitEvidence(warehouse, {
    ...{ brandId, zone, fromDay: days[0], toDay: addDays(days[days.length - 1], 1) },
    sourceOrder: policyOf(state.policies, days[0].slice(0, 7)).sourceOrder,
    accountKeys: [accountKey(brandId, account.platform, account.accountId).toString()],
  });
}

const keyOf = ({ line, day, origin, target }: { line: string; day: string; origin: string; target: string }): string =>
  JSON.stringify([line, day, origin, target]);

/** By line: what is earned, and the same without what would be removed, of no item below 0. */
export function linesOf(
  account: { platform: Platform; accountId: string },
  evidence: readonly Evidence[],
  removed: readonly Units[],
): CasePreview['lines'] {
  const taken = new Map(removed.map((one) => [keyOf(one), BigInt(one.units)]));
  const lines = new Map<string, { reported: bigint; adjusted: bigint }>();
  for (const { line, day, origin, id, net } of evidence) {
    const own = lines.get(line) ?? { reported: 0n, adjusted: 0n };
    const wanted = taken.get(keyOf({ line, day, origin, target: id })) ?? 0n;
    const less = net <= 0n ? 0n : wanted < net ? wanted : net;
    lines.set(line, { reported: own.reported + net, adjusted: own.adjusted + net - less });
  }
  return [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([line, { reported, adjusted }]) => ({ ...account, line, reported: reported.toString(), adjusted: adjusted.toString() }));
}
