import type { Platform, Policy, ValueLine, ValueLineRow, ValueRow } from '@app/contracts';
import { ExactDecimal, exactText, ratioText, sumCny } from './exact-decimal';
import { LIVE_PERSON, type ValueUnitRow } from './value.reader';

type ValuedRow = ValueUnitRow & { line: ValueLine };

export type ValueFigures = Pick<
  ValueRow,
  'lines' | 'valueCny' | 'grossCny' | 'excludedCny' | 'effectiveViews' | 'missing' | 'unpricedLines' | 'openingUnits'
> & {
  /** Net units of the pass line's lines at public prices. */
  publicCny: string;
  /** Units of the pass line's lines without a price exist. */
  publicPartial: boolean;
  viewsByPlatform: Partial<Record<Platform, bigint>>;
};

const PASS_LINES: readonly ValueLine[] = ['live_view', 'live_viewer', 'video_play'];

/** Sums unit rows of any accounts and buckets to the figures of one subject. Sums are exact, so parts add up to the whole at every level. */
export function foldValue(units: readonly ValueUnitRow[]): ValueFigures {
  const rows = units.filter((unit): unit is ValuedRow => unit.line !== LIVE_PERSON);
  const lines = new Map<string, { row: ValueLineRow; gross: bigint; net: bigint; values: string[] }>();
  const missing = new Map<string, { line: ValueLine; platform: Platform; days: Set<string> }>();
  const unpriced = new Map<string, { line: ValueLine; platform: Platform; units: bigint }>();
  const openingUnits: Partial<Record<ValueLine, number>> = {};
  for (const row of rows) {
    const platform = row.platform as Platform;
    if (row.opening !== 0n) openingUnits[row.line] = (openingUnits[row.line] ?? 0) + Number(row.opening);
    if (!row.counts) continue;
    addLine(lines, row, platform);
    if (row.price === null && row.used && row.missingDays.length > 0) {
      const gap = missing.get(`${platform} ${row.line}`) ?? { line: row.line, platform, days: new Set<string>() };
      row.missingDays.forEach((day) => gap.days.add(day));
      missing.set(`${platform} ${row.line}`, gap);
    }
    if (!row.used) {
      const known = unpriced.get(`${platform} ${row.line}`) ?? { line: row.line, platform, units: 0n };
      unpriced.set(`${platform} ${row.line}`, { ...known, units: known.units + row.net });
    }
  }
  const priced = rows.filter((row) => row.price !== null && row.counts);
  const valueCny = priced.length === 0 ? null : sumCny(priced.map((row) => row.valueCny));
  const grossCny = priced.length === 0 ? null : sumCny(priced.map((row) => row.grossCny));
  return {
    lines: [...lines.values()]
      .sort((a, b) => (keyOf(a.row) < keyOf(b.row) ? -1 : 1))
      .map(({ row, gross, net, values }) => ({
        ...row,
        units: Number(net),
        grossUnits: Number(gross),
        excludedUnits: Number(gross - net),
        valueCny: row.unitPriceCny === null ? null : sumCny(values),
      })),
    valueCny,
    grossCny,
    excludedCny: valueCny === null || grossCny === null ? null : exactText(new ExactDecimal(grossCny).minus(valueCny)),
    missing: byKey(missing).map((gap) => ({ ...gap, days: [...gap.days].sort() })),
    unpricedLines: byKey(unpriced).map((line) => ({ ...line, units: Number(line.units) })),
    openingUnits,
    ...effectiveViews(rows),
  };
}

/** In the order of the keys: the order in which accounts come is no part of an answer. */
const byKey = <Each>(known: ReadonlyMap<string, Each>): Each[] => [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);

const keyOf = (row: ValueLineRow): string =>
  [row.platform, row.line, row.unitPriceCny === null ? '1' : '0', row.unitPriceCny ?? '', row.discount ?? ''].join(' ');

function addLine(
  lines: Map<string, { row: ValueLineRow; gross: bigint; net: bigint; values: string[] }>,
  unit: ValuedRow,
  platform: Platform,
): void {
  const row: ValueLineRow = {
    line: unit.line,
    platform,
    units: 0,
    grossUnits: 0,
    excludedUnits: 0,
    unitPriceCny: unit.price,
    discount: unit.discount,
    valueCny: null,
    paidUnknown: unit.paidUnknown,
  };
  const known = lines.get(keyOf(row));
  if (!known) lines.set(keyOf(row), { row, gross: unit.gross, net: unit.net, values: [unit.valueCny] });
  else {
    known.gross += unit.gross;
    known.net += unit.net;
    known.values.push(unit.valueCny);
    known.row.paidUnknown ||= unit.paidUnknown;
  }
}

/** Net units of the pass line's lines. Persons count only where they have a price: views and persons of one session are not two. */
function effectiveViews(
  rows: readonly ValuedRow[],
): Pick<ValueFigures, 'effectiveViews' | 'publicCny' | 'publicPartial' | 'viewsByPlatform'> {
  const effective = rows.filter((row) => row.counts && PASS_LINES.includes(row.line) && (row.line !== 'live_viewer' || row.price !== null));
  const viewsByPlatform: Partial<Record<Platform, bigint>> = {};
  for (const row of effective) {
    const platform = row.platform as Platform;
    viewsByPlatform[platform] = (viewsByPlatform[platform] ?? 0n) + row.net;
  }
  return {
    effectiveViews: Number(effective.reduce((sum, row) => sum + row.net, 0n)),
    publicCny: sumCny(effective.filter((row) => row.price !== null).map((row) => row.publicCny)),
    publicPartial: effective.some((row) => row.price === null && row.net !== 0n),
    viewsByPlatform,
  };
}

/** Costs of one subject and period: the sum of its rows (null without any) and the required kinds that some month has no row of. */
export interface CostFigures {
  costCny: string | null;
  missingCostKinds: string[];
}

export type ReturnFigures = Pick<
  ValueRow,
  'costCny' | 'costComplete' | 'missingCostKinds' | 'costPerViewCny' | 'passLine' | 'roiValue' | 'roiCpa'
>;

/** Pass line and returns (domain.md 4.7–4.9). Null is unknown; never infinity. */
export function returnsOf(value: ValueFigures, cost: CostFigures, policy: Pick<Policy, 'cpaCny'>): ReturnFigures {
  const { costCny, missingCostKinds } = cost;
  const shared = { costCny, missingCostKinds, costComplete: costCny !== null && missingCostKinds.length === 0 };
  if (costCny === null) return { ...shared, costPerViewCny: null, passLine: null, roiValue: null, roiCpa: null };
  const free = new ExactDecimal(costCny).isZero();
  const cpaValue = cpaOf(value, policy);
  return {
    ...shared,
    costPerViewCny: free || value.effectiveViews <= 0 ? null : ratioText(costCny, value.effectiveViews),
    passLine: passLine(value, costCny),
    roiValue: value.valueCny === null ? null : ratioText(value.valueCny, costCny),
    roiCpa: cpaValue === null ? null : ratioText(cpaValue, costCny),
  };
}

/** cost × 3 ≤ Σ units × public price; equality passes. With a part unpriced, missing the line proves nothing. */
function passLine(value: ValueFigures, costCny: string): boolean | null {
  if (value.effectiveViews <= 0) return null;
  const priced = value.lines.some((line) => PASS_LINES.includes(line.line) && line.unitPriceCny !== null);
  if (!priced) return null;
  const passes = new ExactDecimal(costCny).mul(3).lte(value.publicCny);
  return passes || !value.publicPartial ? passes : null;
}

function cpaOf(value: ValueFigures, policy: Pick<Policy, 'cpaCny'>): string | null {
  let sum = new ExactDecimal(0);
  const platforms = Object.entries(value.viewsByPlatform) as [Platform, bigint][];
  for (const [platform, views] of platforms) {
    const cpa = policy.cpaCny[platform];
    if (cpa === undefined) return null;
    sum = sum.plus(new ExactDecimal(cpa).mul(views.toString()));
  }
  return platforms.length === 0 ? null : exactText(sum);
}
