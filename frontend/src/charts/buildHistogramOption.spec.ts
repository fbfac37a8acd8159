import { dwellName, dwellShares } from '@/figures/dwellBins';
import { buildHistogramOption, type HistogramInput } from './buildHistogramOption';

const palette = new Proxy({}, { get: (_, name) => String(name) }) as HistogramInput['palette'];

describe('histogram', () => {
  const option = buildHistogramOption({
    bins: [{ name: '<a>', own: 0.4, other: null, text: ['40 %'] }],
    names: { own: 'own', other: 'other' },
    palette,
    format: String,
  }) as unknown as {
    yAxis: { min: number };
    series: { data: unknown[]; itemStyle: { color: string } }[];
    tooltip: { formatter(p: unknown): string };
  };
  it('starts at zero, the subject filled, the other outlined; nothing to compare with is a gap', () => {
    expect([option.yAxis.min, option.series.map(({ data, itemStyle }) => [data, itemStyle.color])]).toEqual([
      0,
      [
        [[0.4], 'accent'],
        [[null], 'transparent'],
      ],
    ]);
  });
  it('says its bins escaped', () => expect(option.tooltip.formatter([{ dataIndex: 0 }])).toBe('&#60;a&#62;<br>40 %'));
});

describe('dwell bins', () => {
  const bins = [
    { fromSeconds: 0, entries: 1, before: 0 },
    { fromSeconds: 60, entries: 3, before: 0 },
  ];
  it('are shares that add up to one; without a past there is nothing to compare with', () => {
    expect(dwellShares(bins).map(({ share, before }) => [share, before])).toEqual([
      [0.25, null],
      [0.75, null],
    ]);
    expect(dwellShares([{ fromSeconds: 0, entries: 0, before: 2 }])).toEqual([{ fromSeconds: 0, entries: 0, share: 0, before: 1 }]);
  });
  it('are named in seconds below a minute, in minutes above', () => {
    const units = { seconds: 's', minutes: 'min' };
    expect([dwellName(0, 10, units), dwellName(60, 180, units), dwellName(1800, undefined, units)]).toEqual([
      '0–10 s',
      '1–3 min',
      '≥ 30 min',
    ]);
  });
});
