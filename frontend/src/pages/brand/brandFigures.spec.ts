import type { RankingRow, TierHistory, TierRow, ValueRow } from '@app/contracts';
import fc from 'fast-check';
import { buildScatterOption } from '@/charts/buildScatterOption';
import { buildWaterfallOption } from '@/charts/buildWaterfallOption';
import type { Palette } from '@/charts/palette';
import { sumKnown } from '@/figures/totals';
import { byProvince } from './map/placeFigures';
import { tierChanges } from './overview/tierChanges';
import { valueSteps } from './overview/valueSteps';
import { tierHeat } from './structure/tierHeat';

const palette = new Proxy({}, { get: (_, name) => String(name) }) as Palette;
const valueRow = (lines: [string, string, string | null][]) =>
  ({ lines: lines.map(([platform, line, valueCny]) => ({ platform, line, valueCny })) }) as ValueRow;

describe('why a value changed', () => {
  const money = fc.option(fc.integer({ min: 0, max: 1_000_000 }).map((cents) => (cents / 100).toFixed(2)));
  const lines = fc.array(
    fc.tuple(fc.constantFrom('douyin', 'kuaishou'), fc.constantFrom('live_view', 'like', 'share', 'video_play'), money),
  );

  it('the steps add up to the difference, exactly, however many are put together', () =>
    fc.assert(
      fc.property(lines, lines, fc.integer({ min: 2, max: 9 }), (before, after, most) => {
        const steps = valueSteps(valueRow(before), valueRow(after), most);
        const cents = (text: string | null) => Math.round(Number(text ?? 0) * 100);
        const total = (of: typeof before) => cents(sumKnown(of.map(([, , value]) => value)));
        expect(cents(sumKnown(steps.map(({ change }) => change)))).toBe(total(after) - total(before));
        expect(steps.length).toBeLessThanOrEqual(most);
      }),
    ));
  it('the largest comes first, what did not change is left out', () =>
    expect(
      valueSteps(
        valueRow([
          ['douyin', 'like', '5'],
          ['douyin', 'share', '1'],
          ['douyin', 'live_view', '100'],
        ]),
        valueRow([
          ['douyin', 'like', '5.00'],
          ['douyin', 'share', '3'],
          ['douyin', 'live_view', '50'],
        ]),
        7,
      ),
    ).toEqual([
      { platform: 'douyin', line: 'live_view', change: '-50' },
      { platform: 'douyin', line: 'share', change: '2' },
    ]));
});

describe('the waterfall', () => {
  const option = buildWaterfallOption({
    start: { name: 'a', value: 100, text: '¥100' },
    steps: [
      { name: '+', change: 30, text: '+¥30' },
      { name: '-', change: -50, text: '-¥50' },
    ],
    end: { name: 'b', value: 80, text: '¥80' },
    palette,
    format: String,
  });
  const [base, bars] = (option as { series: { data: unknown[] }[] }).series;

  it('each step stands where the one before ends', () => {
    expect(base.data).toEqual([0, 100, 80, 0]);
    expect(bars.data.map((bar) => (bar as { value: number }).value)).toEqual([100, 30, 50, 80]);
  });
  it('a rise and a fall have their colours and their signs', () => {
    expect(bars.data[1]).toMatchObject({ itemStyle: { color: 'up' }, label: { formatter: '+30' } });
    expect(bars.data[2]).toMatchObject({ itemStyle: { color: 'down' }, label: { formatter: '-50' } });
  });
});

it('points are named on hover, escaped', () => {
  const option = buildScatterOption({ points: [{ x: 1, y: 2, name: '<甲>' }], axes: { x: 'x', y: 'y' }, palette, format: String });
  const { tooltip } = option as { tooltip: { formatter(p: unknown): string } };
  expect(tooltip.formatter({ dataIndex: 0 })).toBe('&#60;甲&#62;<br>x 1<br>y 2');
});

describe('accounts by tier and platform', () => {
  const row = (platform: string, earnedTier: string | null, trailingValueCny: string | null) =>
    ({ platform, earnedTier, trailingValueCny }) as TierRow;
  const { rows, total, most } = tierHeat([
    row('douyin', 'head', '5000000.10'),
    row('douyin', 'head', '0.20'),
    row('kuaishou', 'outer', null),
    row('channels', null, null),
  ]);

  it('every account is in one cell, and the totals are theirs', () => {
    expect(rows.map(({ tier, total: of }) => [tier, of.accounts])).toEqual([
      ['head', 2],
      ['base', 0],
      ['outer', 1],
      ['incubating', 0],
      [null, 1],
    ]);
    expect(total.total).toEqual({ accounts: 4, valueCny: '5000000.30' });
    expect(rows.reduce((sum, { total: of }) => sum + of.accounts, 0)).toBe(total.total.accounts);
  });
  it('unknown value stays unknown', () => expect(rows[2].cells.kuaishou).toEqual({ accounts: 1, valueCny: null }));
  it('the shade is measured by the largest', () => expect(most).toBe(5000000.3));
});

describe('tiers that changed', () => {
  const span = (from: string, tier: string | null, code = 'valueRose') => ({ from, tier, reason: { code, zh: '', en: '' } });
  const history = (accountId: string, spans: object[]) =>
    ({ platform: 'douyin', accountId, name: accountId, spans }) as unknown as TierHistory;

  it('only those of the month count; a first span is none; the highest come first', () =>
    expect(
      tierChanges(
        [
          history('a', [span('2026-01', 'outer'), span('2026-10', 'incubating')]),
          history('b', [span('2026-01', 'base'), span('2026-10', 'head')]),
          history('c', [span('2026-10', 'head', 'firstKnown')]),
          history('d', [span('2026-01', 'base'), span('2026-09', 'head')]),
          history('e', [span('2026-01', 'base'), span('2026-10', 'base', 'boundsChanged')]),
        ],
        '2026-10',
      ).map(({ accountId, before, after }) => [accountId, before, after]),
    ).toEqual([
      ['b', 'base', 'head'],
      ['a', 'outer', 'incubating'],
    ]));
});

it('a province is the sum of its cities, at least that where one is unknown; unknown where none is known; what has no place is left out', () => {
  const row = (adcode: string | undefined, valueCny: string | null, valueAtLeast = false) =>
    ({ adcode, valueCny, valueAtLeast }) as RankingRow;
  const rows = [row('330100', '1.10'), row('330200', '2.20'), row('440100', null), row(undefined, '9')];
  expect(byProvince([...rows, row('320100', '1'), row('320200', null), row('310100', '5', true)], 'valueCny')).toEqual({
    '33': { value: '3.30', atLeast: false },
    '44': { value: null, atLeast: false },
    '32': { value: '1', atLeast: true },
    '31': { value: '5', atLeast: true },
  });
});
