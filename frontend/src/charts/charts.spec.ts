import { monthLabel } from './axes';
import { buildBarsOption } from './buildBarsOption';
import { buildTrendOption } from './buildTrendOption';
import type { Palette } from './palette';

const palette: Palette = {
  ink: '#111',
  ink2: '#222',
  ink3: '#333',
  line: '#444',
  line2: '#555',
  surface: '#fff',
  raised: '#eee',
  accent: '#066',
  accentWash: '#dff',
  up: '#c00',
  down: '#0c0',
  amber: '#c80',
  font: 'x',
};
const base = { palette, format: String, monthName: (month: string) => `<${month}>` };
interface Series {
  data: unknown[];
  connectNulls?: boolean;
}
const seriesOf = (option: object) => (option as { series: Series[] }).series;
const tooltip = (option: object, dataIndex: number) =>
  (option as { tooltip: { formatter(p: unknown): string } }).tooltip.formatter([{ dataIndex }]);

describe('trend', () => {
  const points = [
    { month: '2026-08', value: 5, low: 5, high: 9 },
    { month: '2026-09', value: null, low: null, high: null },
    { month: '2026-10', value: 7, low: 7, high: null },
  ];
  const [low, width, line] = seriesOf(buildTrendOption({ ...base, points, lastOpen: true }));

  it('draws gaps as gaps, in the line and in the band', () => {
    expect(line.connectNulls).toBe(false);
    expect(line.data.map((entry) => (entry as { value: number | null }).value)).toEqual([5, null, 7]);
    expect(low.data).toEqual([5, null, null]);
  });
  it('the band is as wide as the interval', () => expect(width.data).toEqual([4, null, null]));
  it('the last incomplete point is hollow, and a closed one is not', () => {
    expect(line.data[2]).toMatchObject({ itemStyle: { color: '#fff', borderColor: '#066' } });
    const closed = seriesOf(buildTrendOption({ ...base, points, lastOpen: false }))[2];
    expect(closed.data[2]).toMatchObject({ itemStyle: { color: '#066' } });
  });
  it('the tooltip says the interval, and a dash for a gap, escaped', () => {
    const option = buildTrendOption({ ...base, points, lastOpen: false });
    expect(tooltip(option, 0)).toBe('&#60;2026-08&#62;<br>5 (5–9)');
    expect(tooltip(option, 1)).toContain('—');
  });
});

describe('bars', () => {
  const points = [
    { month: '2026-09', value: 5, text: '¥5.00', atLeast: true },
    { month: '2026-10', value: 6, text: '¥6.00', atLeast: false },
  ];
  it('start at zero', () => expect(buildBarsOption({ ...base, points, lastOpen: false })).toMatchObject({ yAxis: { min: 0 } }));
  it('what is "at least" has a dashed outline, what is complete is filled', () => {
    const [bars] = seriesOf(buildBarsOption({ ...base, points, lastOpen: false }));
    expect(bars.data[0]).toMatchObject({ itemStyle: { borderType: 'dashed' } });
    expect(bars.data[1]).toMatchObject({ itemStyle: { color: '#066', borderWidth: 0 } });
  });
  it('the tooltip gives the exact figure', () =>
    expect(tooltip(buildBarsOption({ ...base, points, lastOpen: false }), 1)).toContain('¥6.00'));
});

it('the axis names the year where it begins', () => {
  expect(monthLabel('2025-11', 0)).toBe('11\n2025');
  expect(monthLabel('2026-01', 2)).toBe('1\n2026');
  expect(monthLabel('2026-02', 3)).toBe('2');
});
