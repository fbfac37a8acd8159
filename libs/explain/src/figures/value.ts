import { ExactDecimal, ValueUnitRow, exactText, foldValue, sumCny } from '@app/analytics';
import type { Bilingual, ExplainRow, ExplainRows, ValueLine, ValueLineRow } from '@app/contracts';
import { VitrineError } from '@app/contracts';
import { Asked, Evidence, Explainer, SUM_OF_ROWS, check, grouped, input } from '../asked';
import { pageOf } from '../rows';
import { COST_FIGURES } from './costs';
import { CountedUnits, PlacedUnit, UnitAmount, placeOfUnit, unitRows, unitsOf } from './units';

const OF_UNITS: Bilingual = {
  zh: '账号 × 日 × 线路，附场次、视频读数与线索',
  en: 'account × day × line, with sessions, video readings and leads',
};

/** What one row of units adds to a figure of value: the figure of that row alone, so that no rule is written twice. Null: nothing. */
type Amount = UnitAmount;
const counting = (counts: CountedUnits, amount: (unit: ValueUnitRow) => string | null): Amount => Object.assign(amount, { counts });
const amounts: Record<string, Amount> = {
  valueCny: (unit) => foldValue([unit]).valueCny,
  grossCny: counting('gross', (unit) => foldValue([unit]).grossCny),
  excludedCny: counting('excluded', (unit) => foldValue([unit]).excludedCny),
  effectiveViews: (unit) => nonzero(foldValue([unit]).effectiveViews),
  publicCny: (unit) => foldValue([unit]).publicCny,
  openingUnits: (unit) => nonzero(Number(unit.opening)),
  units: (unit) => (unit.counts ? unit.net.toString() : null),
  grossUnits: counting('gross', (unit) => (unit.counts ? unit.gross.toString() : null)),
  excludedUnits: counting('excluded', (unit) => (unit.counts ? (unit.gross - unit.net).toString() : null)),
};
const nonzero = (value: number): string | null => (value === 0 ? null : String(value));

const pageOfUnits = (asked: Asked, units: readonly PlacedUnit[], amount: Amount, of = OF_UNITS): Promise<ExplainRows> =>
  pageOf(
    units.filter(({ unit }) => amount(unit) !== null),
    asked.rows,
    { of, place: placeOfUnit, rows: (page) => unitRows(asked, page, amount) },
  );

const totalOf = (units: readonly PlacedUnit[], amount: Amount): string | null => {
  const known = units.map(({ unit }) => amount(unit)).filter((one) => one !== null);
  return known.length === 0 ? null : sumCny(known);
};

/** `1,234 × 0.05 × 0.3 = 18.51` of each line and price. */
const lineFormulas = (lines: readonly ValueLineRow[]): string =>
  lines
    .filter(({ valueCny }) => valueCny !== null)
    .map(
      ({ line, units, unitPriceCny, discount, valueCny }) =>
        `${grouped(units)} ${line} × ${unitPriceCny} × ${discount} = ${grouped(valueCny)}`,
    )
    .join(' + ');

const linesOf = (asked: Asked): ValueLineRow[] => (asked.report === 'value' ? (asked.row.lines as ValueLineRow[]) : []);

const money =
  (figure: 'valueCny' | 'grossCny' | 'excludedCny'): Explainer =>
  async (asked) => {
    const units = await unitsOf(asked);
    const total = totalOf(units, amounts[figure]);
    const lines = linesOf(asked).length > 0 ? linesOf(asked) : foldValue(units.map(({ unit }) => unit)).lines;
    const { valueCny, grossCny, excludedCny } = asked.row as Record<string, string | null | undefined>;
    const filled =
      figure === 'valueCny'
        ? `${lineFormulas(lines)} → Σ = ${grouped(asked.row.valueCny)}`
        : figure === 'grossCny'
          ? `Σ gross units × price × discount = ${grouped(grossCny)}`
          : `${grouped(grossCny)} − ${grouped(valueCny)} = ${grouped(excludedCny)}`;
    return {
      filled,
      inputs: lines.flatMap((line) => lineInputs(asked, line)),
      rows: await pageOfUnits(asked, units, amounts[figure]),
      checks: [check(SUM_OF_ROWS, asked.row[figure], total)],
      notes: missingNotes(asked),
    };
  };

const lineInputs = (asked: Asked, { line, platform, units, valueCny, unitPriceCny }: ValueLineRow) => [
  input(
    asked,
    {
      zh: `${platform} ${line} 数量${unitPriceCny === null ? '（无价）' : ''}`,
      en: `${platform} ${line} units${unitPriceCny === null ? ' (no price)' : ''}`,
    },
    units,
    'units',
    { report: 'value', line, platform },
  ),
  ...(valueCny === null ? [] : [input(asked, { zh: `${platform} ${line} 价值`, en: `${platform} ${line} value` }, valueCny)]),
];

const missingNotes = (asked: Asked): Bilingual[] =>
  ((asked.row.missing ?? []) as { line: ValueLine; platform: string; days: string[] }[]).map(({ line, platform, days }) => ({
    zh: `至少：${platform} ${line} 有 ${days.length} 天无刊例价（${days.slice(0, 5).join('、')}${days.length > 5 ? '…' : ''}）`,
    en: `at least: ${platform} ${line} has ${days.length} days without a price (${days.slice(0, 5).join(', ')}${days.length > 5 ? ' …' : ''})`,
  }));

/** The lines of the row that are asked for: one line, where the figure is one of several. */
function askedLines(asked: Asked): ValueLineRow[] {
  const { line, platform } = asked.query;
  const lines = linesOf(asked);
  if (line === undefined)
    throw new VitrineError(
      'bad_input',
      { zh: `“${asked.query.figure}”属于某条线路，请指定线路。`, en: `"${asked.query.figure}" is the figure of a line: name one.` },
      {
        remedy: {
          zh: `可用线路：${[...new Set(lines.map((one) => one.line))].join('、') || '无'}`,
          en: `Lines here: ${[...new Set(lines.map((one) => one.line))].join(', ') || 'none'}`,
        },
        details: [{ field: 'line', message: 'missing' }],
      },
    );
  return lines.filter((one) => one.line === line && (platform === undefined || one.platform === platform));
}

const ofLine =
  (figure: 'units' | 'grossUnits' | 'excludedUnits'): Explainer =>
  async (asked) => {
    const lines = askedLines(asked);
    const expected = lines.reduce((sum, line) => sum + line[figure], 0);
    const units = (await unitsOf(asked)).filter(({ unit }) =>
      lines.some(({ line, platform }) => unit.line === line && unit.platform === platform),
    );
    return {
      filled: `Σ ${asked.query.line} = ${grouped(expected)}`,
      rows: await pageOfUnits(asked, units, amounts[figure]),
      checks: [check(SUM_OF_ROWS, expected, totalOf(units, amounts[figure]) ?? '0')],
    };
  };

/** Prices: one row per price of the line (of all lines), with the versions of the cards. */
const pricesOf = async (asked: Asked, lines: ValueLineRow[]): Promise<Evidence> => {
  const field = asked.query.figure === 'discount' ? 'discount' : 'unitPriceCny';
  return {
    filled: lines.map((line) => `${line.platform} ${line.line}: ${line[field] ?? '—'}`).join('; ') || '—',
    rows: await pageOf(lines, asked.rows, {
      of: { zh: '线路的各个价格及其版本', en: 'prices of the line, with their versions' },
      place: (line) => `${line.platform} ${line.line} ${line.unitPriceCny} ${line.discount}`,
      rows: (page) =>
        page.map((line): ExplainRow => ({
          kind: 'line',
          id: `${line.platform} ${line.line} ${line.unitPriceCny ?? '—'} × ${line.discount ?? '—'}`,
          amount: line[field],
          fields: {
            units: line.units,
            unitPriceCny: line.unitPriceCny,
            discount: line.discount,
            rateCards: line.rateCards.join(', '),
            sample: line.sample,
            paidUnknown: line.paidUnknown,
          },
        })),
    }),
    checks: lines
      .filter((line) => line.valueCny !== null && line.unitPriceCny !== null && line.discount !== null)
      .map((line) =>
        check(
          { zh: `${line.line}：数量 × 单价 × 折扣 = 价值`, en: `${line.line}: units × price × discount = value` },
          line.valueCny,
          exactText(new ExactDecimal(line.units).times(line.unitPriceCny!).times(line.discount!)),
        ),
      ),
  };
};

const effectiveViews: Explainer = async (asked) => {
  const units = await unitsOf(asked);
  return {
    filled: `live_view + live_viewer + video_play = ${grouped(asked.value)}`,
    rows: await pageOfUnits(asked, units, amounts.effectiveViews),
    checks: [check(SUM_OF_ROWS, asked.value, totalOf(units, amounts.effectiveViews) ?? '0')],
  };
};

const openingUnits: Explainer = async (asked) => {
  const units = await unitsOf(asked);
  const expected = Object.values((asked.row.openingUnits ?? {}) as Record<string, number>).reduce((sum, own) => sum + own, 0);
  return {
    filled: `Σ opening = ${grouped(expected)}`,
    rows: await pageOfUnits(asked, units, amounts.openingUnits),
    checks: [check(SUM_OF_ROWS, expected, totalOf(units, amounts.openingUnits) ?? '0')],
  };
};

/** Lines and days without a price, or lines without any card: the units that are not valued. */
const unvalued =
  (chosen: (unit: ValueUnitRow) => boolean): Explainer =>
  async (asked) => {
    const units = (await unitsOf(asked)).filter(({ unit }) => unit.line !== 'live_person' && unit.counts && chosen(unit));
    const again = foldValue(units.map(({ unit }) => unit));
    const field = asked.query.figure as 'missing' | 'unpricedLines';
    return {
      filled: `${(asked.row[field] as unknown[]).length}`,
      rows: await pageOfUnits(asked, units, (unit) => unit.net.toString()),
      checks: [check(SUM_OF_ROWS, asked.row[field], again[field])],
    };
  };

const price: Explainer = (asked) => pricesOf(asked, askedLines(asked));

/** Figures of the value report (domain.md 4). */
export const VALUE_FIGURES: Record<string, Explainer> = {
  valueCny: money('valueCny'),
  grossCny: money('grossCny'),
  excludedCny: money('excludedCny'),
  units: ofLine('units'),
  grossUnits: ofLine('grossUnits'),
  excludedUnits: ofLine('excludedUnits'),
  unitPriceCny: price,
  discount: price,
  paidUnknown: price,
  sample: (asked) => pricesOf(asked, linesOf(asked)),
  effectiveViews,
  openingUnits,
  missing: unvalued((unit) => unit.used && unit.price === null && unit.missingDays.length > 0),
  unpricedLines: unvalued((unit) => !unit.used),
  ...COST_FIGURES,
};
