import type { Palette } from './palette';
import { buildStripOption } from './buildStripOption';

const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map((share, at) => ({ share, deviation: at - 2 }));
const built = (own: typeof QUANTILES | null) =>
  buildStripOption({
    compared: [{ name: '同类', quantiles: QUANTILES }, ...(own ? [{ name: '自身', quantiles: own }] : [])],
    subject: {
      name: '本场',
      points: [
        { deviation: 0.2, quantile: 0.5, text: ['a'] },
        { deviation: 9, quantile: 0.9999, text: ['b'] },
      ],
    },
    axis: '偏离',
    threshold: { share: 0.99, name: '1 %' },
    palette: { amber: 'amber', accent: 'accent' } as Palette,
    format: String,
  }) as { yAxis: { data: string[] }; series: { data: unknown[]; markLine?: { data: { xAxis: number }[] } }[] };

describe('own, peers and the subject on one axis', () => {
  it('each compared past has a line of its own, and the subject stands on top', () => {
    expect(built(QUANTILES).yAxis.data).toEqual(['同类', '自身', '本场']);
    expect(built(null).yAxis.data).toEqual(['同类', '本场']);
  });
  it('the line of peers goes from 5 to 99 %, the thick one over the middle half, the tick at the median', () => {
    const [whole, half, median] = built(null).series;
    expect([whole.data, half.data, median.data]).toEqual([
      [
        [-2, '同类'],
        [3, '同类'],
      ],
      [
        [-1, '同类'],
        [1, '同类'],
      ],
      [[0, '同类']],
    ]);
  });
  it('a point beyond what honest peers reach has the colour of what is to be explained, and the limit is drawn', () => {
    const points = built(QUANTILES).series.at(-1)!;
    expect((points.data as { itemStyle: { color: string } }[]).map(({ itemStyle }) => itemStyle.color)).toEqual(['accent', 'amber']);
    expect(points.markLine?.data).toEqual([{ xAxis: 3 }]);
  });
});
