import { sparkline } from '@/figures/sparkline';
import { agoOf } from '@/figures/ago';
import { buildMinuteCurveOption, type MinuteCurveInput } from './buildMinuteCurveOption';

const palette = new Proxy({}, { get: (_, name) => String(name) }) as MinuteCurveInput['palette'];
const base: MinuteCurveInput = {
  points: [0, 1, 4].map((minute) => ({ minute: minute * 60_000, value: minute * 10 })),
  markers: [],
  palette,
  format: String,
  time: (instant) => `m${instant / 60_000}`,
  words: { concurrent: 'c', entries: 'e', marker: (kind) => kind },
};
interface Built {
  xAxis: { data: string[] };
  yAxis: { min: number; show?: boolean }[];
  series: { data: (number | null)[]; connectNulls?: boolean; markArea?: { data: unknown[][] }; markLine?: { data: unknown[] } }[];
  tooltip: { formatter(p: unknown): string };
}
const built = (more: Partial<MinuteCurveInput> = {}) => buildMinuteCurveOption({ ...base, ...more }) as unknown as Built;

describe('minute curve', () => {
  it('has a place for every minute; one without a reading is a gap, never 0', () => {
    const { xAxis, series, yAxis } = built();
    expect(xAxis.data).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
    expect([series[0].data, series[0].connectNulls, yAxis[0].min]).toEqual([[0, 10, null, null, 40], false, 0]);
    expect(built().tooltip.formatter([{ dataIndex: 2 }])).toContain('c —');
  });
  it('shades spans, draws instants as lines, and names both in the tooltip', () => {
    const { series, tooltip } = built({
      markers: [
        { kind: 'paid', from: 60_000, to: 180_000, detail: null },
        { kind: 'raffle', from: 240_000, to: 240_000, detail: null },
        { kind: 'gap', from: 300_000, to: 900_000, detail: null }, // after the last minute: there is nothing to shade
      ],
      bands: [{ from: 0, to: 60_000, text: '<odd>' }],
    });
    expect(
      series[0].markArea!.data.map(([a, b]) => [
        (a as { name: string; xAxis: number }).name,
        (a as { xAxis: number }).xAxis,
        (b as { xAxis: number }).xAxis,
      ]),
    ).toEqual([
      ['paid', 1, 3],
      ['<odd>', 0, 1],
    ]);
    expect(series[0].markLine!.data).toEqual([{ name: 'raffle', xAxis: 4 }]);
    expect(tooltip.formatter([{ dataIndex: 1 }])).toBe('m1<br>c 10<br>paid<br>&#60;odd&#62;');
  });
  it('what lies before or after the broadcast is not drawn at its edges', () => {
    const { series, tooltip } = built({
      markers: [
        { kind: 'gap', from: -600_000, to: 0, detail: null },
        { kind: 'paid', from: -600_000, to: 60_000, detail: null },
        { kind: 'raffle', from: 300_000, to: 300_000, detail: null },
        { kind: 'raffle', from: -1, to: -1, detail: null },
      ],
      bands: [
        { from: -120_000, to: -60_000, text: 'before' },
        { from: 300_000, to: 360_000, text: 'after' },
      ],
    });
    expect(series[0].markArea!.data.map(([a]) => (a as { name: string }).name)).toEqual(['paid']);
    expect(series[0].markLine!.data).toEqual([]);
    expect([0, 4].map((dataIndex) => tooltip.formatter([{ dataIndex }]))).toEqual(['m0<br>c 0<br>paid', 'm4<br>c 40']);
  });
  it('entries alone are bars on the one axis; a minute in which nobody entered is 0', () => {
    const { series, yAxis } = built({
      points: [],
      entries: [
        { minute: 0, entries: 3 },
        { minute: 120_000, entries: 1 },
      ],
    });
    expect([series[1].data, yAxis[1].show]).toEqual([[3, 0, 1], false]);
  });
  it('nothing at all is an empty chart and no error', () => expect(built({ points: [] }).xAxis.data).toEqual([]));
});

describe('small curve', () => {
  const box = { width: 20, height: 10 };
  it('breaks where a reading is missing and starts from zero', () => {
    expect(sparkline([0, 10, null, 5], box)).toBe('M0 10L6.67 0M20 5h0.01');
    expect(sparkline([null, null], box)).toBe('');
    expect(sparkline([0, 0], box)).toBe('M0 10L20 10');
  });
});

it('ago is told in the largest whole unit, and never in the future', () => {
  expect([agoOf(0, -5), agoOf(0, 119_999), agoOf(0, 120_000), agoOf(0, 7_200_000)]).toEqual([
    { unit: 'seconds', count: 0 },
    { unit: 'seconds', count: 119 },
    { unit: 'minutes', count: 2 },
    { unit: 'hours', count: 2 },
  ]);
});
