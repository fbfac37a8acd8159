import type { Bilingual, Platform, ValueLine, ValueLineRow, ValueRow } from '@app/contracts';
import { ExactDecimal, exactText, sumCny } from './exact-decimal';
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
  /** They fell on some of these days (corrections): what is known may be more than the whole. */
  publicMayFall: boolean;
  viewsByPlatform: Partial<Record<Platform, bigint>>;
};

const PASS_LINES: readonly ValueLine[] = ['live_view', 'live_viewer', 'video_play'];

/** Do units of the line count as effective views (domain.md 4.8)? */
export const isEffective = (line: ValueLine): boolean => PASS_LINES.includes(line);

/** One line at one price while its rows are added up. */
interface LineSum {
  row: ValueLineRow;
  gross: bigint;
  net: bigint;
  values: string[];
  grossValues: string[];
  cards: Set<string>;
}

/** Sums unit rows of any accounts and buckets to the figures of one subject. Sums are exact, so parts add up to the whole at every level. */
export function foldValue(units: readonly ValueUnitRow[]): ValueFigures {
  const rows = units.filter((unit): unit is ValuedRow => unit.line !== LIVE_PERSON);
  const lines = new Map<string, LineSum>();
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
  const priced = rows.filter(isPriced);
  const { valueCny } = netValue(units);
  const grossCny = priced.length === 0 ? null : sumCny(priced.map((row) => row.grossCny));
  return {
    lines: [...lines.values()]
      .sort((a, b) => (keyOf(a.row) < keyOf(b.row) ? -1 : 1))
      .map((line) => lineRow(line, missing.get(`${line.row.platform} ${line.row.line}`)?.days)),
    valueCny,
    grossCny,
    excludedCny: valueCny === null || grossCny === null ? null : exactText(new ExactDecimal(grossCny).minus(valueCny)),
    missing: byKey(missing).map((gap) => ({ ...gap, days: [...gap.days].sort() })),
    unpricedLines: byKey(unpriced).map((line) => ({ ...line, units: Number(line.units) })),
    openingUnits,
    ...effectiveViews(rows),
  };
}

/** Has the row a value? An opening balance alone has none. */
export const isPriced = ({ line, price, counts }: ValueUnitRow): boolean => line !== LIVE_PERSON && price !== null && counts;

/** Net value alone, as rankings and tiers need it of thousands: the sum of what has a price, null when nothing has. `atLeast`: units of a used line lack one. */
export function netValue(units: readonly ValueUnitRow[]): { valueCny: string | null; atLeast: boolean } {
  const amounts: string[] = [];
  let atLeast = false;
  for (const unit of units) {
    if (isPriced(unit)) amounts.push(unit.valueCny);
    else if (unit.line !== LIVE_PERSON && unit.counts && unit.used && unit.missingDays.length > 0) atLeast = true;
  }
  return { valueCny: amounts.length === 0 ? null : sumCny(amounts), atLeast: atLeast && amounts.length > 0 };
}

/** In the order of the keys: the order in which accounts come is no part of an answer. */
const byKey = <Each>(known: ReadonlyMap<string, Each>): Each[] => [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);

const keyOf = (row: ValueLineRow): string =>
  [row.platform, row.line, row.unitPriceCny === null ? '1' : '0', row.unitPriceCny ?? '', row.discount ?? ''].join(' ');

function addLine(lines: Map<string, LineSum>, unit: ValuedRow, platform: Platform): void {
  const row: ValueLineRow = {
    line: unit.line,
    platform,
    units: 0,
    grossUnits: 0,
    excludedUnits: 0,
    unitPriceCny: unit.price,
    discount: unit.discount,
    valueCny: null,
    grossCny: null,
    excludedCny: null,
    rateCards: [],
    sample: false,
    paidUnknown: false,
    reason: unit.price !== null ? null : unit.used ? WHY_UNVALUED.noPrice([]) : WHY_UNVALUED.noCard,
  };
  const sum = lines.get(keyOf(row)) ?? { row, gross: 0n, net: 0n, values: [], grossValues: [], cards: new Set<string>() };
  lines.set(keyOf(row), sum);
  sum.gross += unit.gross;
  sum.net += unit.net;
  sum.values.push(unit.valueCny);
  sum.grossValues.push(unit.grossCny);
  sum.row.paidUnknown ||= unit.paidUnknown;
  sum.row.sample ||= unit.sample ?? false;
  if (unit.card) sum.cards.add(unit.card);
}

function lineRow({ row, gross, net, values, grossValues, cards }: LineSum, missingDays: ReadonlySet<string> | undefined): ValueLineRow {
  const units = { units: Number(net), grossUnits: Number(gross), excludedUnits: Number(gross - net) };
  if (row.unitPriceCny === null)
    return { ...row, ...units, reason: missingDays ? WHY_UNVALUED.noPrice([...missingDays].sort()) : row.reason };
  const [valueCny, grossCny] = [sumCny(values), sumCny(grossValues)];
  return {
    ...row,
    ...units,
    valueCny,
    grossCny,
    excludedCny: exactText(new ExactDecimal(grossCny).minus(valueCny)),
    rateCards: [...cards].sort(),
  };
}

/** Why a line has no value: days of a used line without a price (domain.md 4.6), or no card for the line at all. */
const WHY_UNVALUED = {
  noCard: { zh: '该平台没有此项的刊例价：只列出，不计价。', en: 'The platform has no rate card for this line: listed, not valued.' },
  noPrice: (days: readonly string[]): Bilingual => {
    if (days.length === 0) return { zh: '所在日期没有刊例价。', en: 'Its days have no price.' };
    const span = days.length === 1 ? days[0] : `${days[0]} – ${days.at(-1)}`;
    return {
      zh: `有 ${days.length} 天没有刊例价（${span}），这些天的价值未知：请导入这些日期的 rate-cards。`,
      en: `${days.length} days have no price (${span}), their value is unknown: import rate-cards for them.`,
    };
  },
};

/** Net units of the pass line's lines. Persons count only where they have a price: views and persons of one session are not two. */
function effectiveViews(
  rows: readonly ValuedRow[],
): Pick<ValueFigures, 'effectiveViews' | 'publicCny' | 'publicPartial' | 'publicMayFall' | 'viewsByPlatform'> {
  const effective = rows.filter((row) => row.counts && isEffective(row.line) && (row.line !== 'live_viewer' || row.price !== null));
  const viewsByPlatform: Partial<Record<Platform, bigint>> = {};
  for (const row of effective) {
    const platform = row.platform as Platform;
    viewsByPlatform[platform] = (viewsByPlatform[platform] ?? 0n) + row.net;
  }
  return {
    effectiveViews: Number(effective.reduce((sum, row) => sum + row.net, 0n)),
    publicCny: sumCny(effective.filter((row) => row.price !== null).map((row) => row.publicCny)),
    publicPartial: effective.some((row) => row.price === null && row.net !== 0n),
    publicMayFall: effective.some((row) => row.price === null && row.net < 0n),
    viewsByPlatform,
  };
}
