import type { RankingRow } from '@app/contracts';
import { neighboursOf } from './neighbours';

const row = (id: string, rank: number | null, score: number | null = rank === null ? null : 90.1234 - rank): RankingRow =>
  ({ level: 'account', platform: 'douyin', accountId: id, name: `Name of ${id}`, dealerId: `shop-${id}`, rank, score }) as RankingRow;
const whole = ['a', 'b', 'c', 'd', 'e', 'f'].map((id, at) => row(id, at + 1));

describe('neighbours of a ranking', () => {
  it('are places: nothing that names anybody, in the order of the ranking, without the asker’s own', () => {
    const found = neighboursOf(whole, [whole[1]]);
    expect(found.map(({ rank, score }) => [rank, score])).toEqual([
      [1, 89],
      [3, 87],
      [4, 86],
      [5, 85],
      [6, 84],
    ]);
    expect(JSON.stringify(found)).not.toMatch(/Name of|shop-|douyin|"[a-f]"/);
    for (const neighbour of found) expect(Object.keys(neighbour).sort()).toEqual(['name', 'rank', 'score']);
  });

  it('are none where fewer than five others are ranked', () => {
    expect(neighboursOf(whole, [whole[0], whole[1]])).toEqual([]);
    expect(neighboursOf([...whole.slice(0, 5), row('x', null)], [whole[0]])).toEqual([]);
    expect(neighboursOf(whole, [])).toHaveLength(6);
  });

  it('have each another number, drawn anew for every answer', () => {
    const numbers = (draw?: (limit: number) => number) => neighboursOf(whole, [], draw).map(({ name }) => name.en);
    expect(new Set(numbers()).size).toBe(6);
    expect(numbers(() => 0)).not.toEqual(numbers((limit) => limit - 1));
    expect(new Set(Array.from({ length: 20 }, () => numbers().join())).size).toBeGreaterThan(5);
  });
});
