import { buildPlaceBarsOption } from './buildPlaceBarsOption';
import type { Palette } from './palette';

describe('places as bars', () => {
  it('start at zero, the largest on top, and what is unknown has no bar but its word', () => {
    const option = buildPlaceBarsOption({
      places: [
        { name: '华东', value: 12, text: '12' },
        { name: '华南', value: null, text: '不可知' },
        { name: '华北', value: 30, text: '30' },
      ],
      palette: {} as Palette,
    }) as {
      xAxis: { min: number };
      yAxis: { data: string[] };
      series: { data: { value: number | null; label: { formatter(): string } }[] }[];
    };
    expect(option.xAxis.min).toBe(0);
    expect(option.yAxis.data).toEqual(['华南', '华东', '华北']); // drawn from below
    expect(option.series[0].data.map(({ value, label }) => [value, label.formatter()])).toEqual([
      [null, '不可知'],
      [12, '12'],
      [30, '30'],
    ]);
  });
});
