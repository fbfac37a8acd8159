import type { FigureChange, Subject } from '@app/contracts';
import type { FrozenKey } from './kept-figure';
import { changesBetween, figuresOf, largestFirst } from './figure-changes';

const KEY: FrozenKey = { report: 'value', level: 'account', regions: null, basis: 'raw' };
const account = (accountId: string, figures: object): Subject => ({
  level: 'account',
  platform: 'douyin',
  accountId,
  name: `Room ${accountId}`,
  ...figures,
});
const told = (changes: FigureChange[]) =>
  changes.map(({ subject, figure, old, new: now, difference }) => [subject, figure, old, now, difference]);

describe('differences between two answers', () => {
  it('are exact, figure by figure, into lists', () => {
    const line = (units: number, valueCny: string) => ({ line: 'like', platform: 'douyin', unitPriceCny: '0.1', units, valueCny });
    const old = [account('a', { valueCny: '0.1', rank: 3, lines: [line(1, '0.1')], reasons: {} })];
    const now = [
      account('a', {
        valueCny: '0.30000000000000001',
        rank: null,
        lines: [line(3, '0.30000000000000001')],
        reasons: { rank: { zh: '', en: '' } },
      }),
    ];
    expect(told(largestFirst(changesBetween(KEY, old, now)))).toEqual([
      ['douyin/a', 'rank', '3', null, null],
      ['douyin/a', 'lines[douyin/like/0.1].units', '1', '3', '2'],
      ['douyin/a', 'lines[douyin/like/0.1].valueCny', '0.1', '0.30000000000000001', '0.20000000000000001'],
      ['douyin/a', 'valueCny', '0.1', '0.30000000000000001', '0.20000000000000001'],
    ]);
  });

  it('a name, a number written otherwise, and a figure that one of the two reports does not have are none', () => {
    const old = [account('a', { valueCny: '1.50', score: 10 })];
    const now = [{ ...account('a', { valueCny: '1.5', score: 10, scoreExact: '10/1' }), name: 'Renamed' }];
    expect(changesBetween(KEY, old, now)).toEqual([]);
  });

  it('a subject that appears counts when anything of it is known', () => {
    const empty = account('new', {
      valueCny: null,
      entries: 0,
      weightKnown: 35,
      partial: true,
      parts: [{ metric: 'value', weight: 25, value: null }],
    });
    expect(changesBetween(KEY, [], [empty])).toEqual([]);
    expect(told(changesBetween(KEY, [], [account('b', { valueCny: '2' })]))).toEqual([['douyin/b', 'valueCny', null, '2', null]]);
    expect(told(changesBetween(KEY, [account('b', { valueCny: '2' })], []))).toEqual([['douyin/b', 'valueCny', '2', null, null]]);
  });

  it('items of a list that have one name are told apart', () => {
    const figures = figuresOf({
      missing: [
        { line: 'like', days: ['2026-10-01'] },
        { line: 'like', days: ['2026-10-02'] },
      ],
    });
    expect([...figures]).toEqual([
      ['missing[like].days', '["2026-10-01"]'],
      ['missing[like#2].days', '["2026-10-02"]'],
    ]);
  });
});
