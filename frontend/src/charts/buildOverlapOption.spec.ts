import { buildOverlapOption } from './buildOverlapOption';
import type { Palette } from './palette';

const palette = { accent: 'accent', amber: 'amber', ink3: 'grey' } as Palette;
const room = (name: string, viewers: number, isNamed = false) => ({ name, viewers, isNamed, text: [name, '<b>'] });
interface Series {
  data: { value: [number, number]; itemStyle: { color: string }; label: { show: boolean; formatter(): string } }[];
  edges: { source: string; target: string; lineStyle: { width: number; color: string } }[];
}
const built = (count: number) => {
  const rooms = [room('本店', 900), ...Array.from({ length: count }, (_, at) => room(`同行 ${at + 1}`, 100 + at, at === 0))];
  const pairs = rooms.slice(1).map((_, at) => ({ a: 0, b: at + 1, shared: at + 1, isNamed: at === 0, text: [`${at + 1}`] }));
  const option = buildOverlapOption({ rooms, pairs, palette }) as { series: [Series]; tooltip: { formatter(hovered: object): string } };
  return { ...option.series[0], hint: option.tooltip.formatter };
};

describe('rooms that share viewers', () => {
  it('the subject stands in the middle and no two rooms stand in one place', () => {
    const { data } = built(49);
    expect([data[0].value, data[0].itemStyle.color]).toEqual([[0, 0], 'accent']);
    expect(new Set(data.map(({ value: [x, y] }) => `${x.toFixed(3)} ${y.toFixed(3)}`)).size).toBe(50);
  });
  it('names stand at few rooms only, those that share most with the subject', () => {
    const { data } = built(49);
    expect(data.filter(({ label }) => label.show)).toHaveLength(15);
    expect(data[49].label.show).toBe(true);
    expect(data[1].label.show).toBe(false);
  });
  it('the more two share the wider their line; what a detector names has its own colour', () => {
    const { edges } = built(3);
    expect(edges[2].lineStyle.width).toBeGreaterThan(edges[1].lineStyle.width);
    expect(edges.map(({ lineStyle }) => lineStyle.color)).toEqual(['amber', 'grey', 'grey']);
  });
  it('names cannot bring markup into the hint', () =>
    expect(built(1).hint({ dataType: 'node', dataIndex: 0 })).toBe('本店<br>&#60;b&#62;'));
});
