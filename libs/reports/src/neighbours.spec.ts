import type { RankingRow, ReportQuery } from '@app/contracts';
import { neighboursOf, neighboursQuestion } from './neighbours';

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

  it('are those of all, whatever is filtered: places of a chosen shop would say whose they are', () => {
    const plain: ReportQuery = { name: 'ranking', level: 'account', basis: 'adjusted', month: '2026-09', brand: 'demo' };
    const filters: Partial<ReportQuery>[] = [
      { dealerId: 'D02' },
      { group: 'G' },
      { salesRegion: '华东' },
      { adcode: '31' },
      { tier: 'head' },
      { platform: 'douyin' },
      { accountId: '1' },
    ];
    const told = (query: ReportQuery) => JSON.stringify(neighboursQuestion(query));
    for (const filter of filters) expect(told({ ...plain, ...filter })).toBe(told(plain));
    const dealers: ReportQuery = { ...plain, level: 'dealer' };
    for (const filter of filters.slice(0, 4)) expect(told({ ...dealers, ...filter })).toBe(told(dealers));
    expect(neighboursQuestion({ ...dealers, platform: 'douyin' })?.platform).toBe('douyin');
    for (const made of [{ tier: 'head' }, { accountId: '1' }] as const) expect(neighboursQuestion({ ...dealers, ...made })).toBeNull();
    for (const level of ['region', 'brand'] as const) expect(neighboursQuestion({ ...plain, level })).toBeNull();
  });
});
