import { SCORE_PARTS, type RankingPart, type RankingRow } from '@app/contracts';
import { changeOf, questionBefore, withCohortRanks, withRankChanges } from './rank-changes';
import { monthSpan, periodOf } from './report-period';

const parts = (known: number = SCORE_PARTS.length) =>
  SCORE_PARTS.map((metric, place) => ({ metric, percentile: place < known ? 0.5 : null }) as RankingPart);
const row = (accountId: string, rank: number | null, known?: number) =>
  ({ level: 'account', platform: 'douyin', accountId, rank, parts: parts(known), reasons: {} }) as unknown as RankingRow;
const ZONE = 'Asia/Shanghai';

describe('rank changes', () => {
  it('a smaller number than before is a climb', () => {
    expect(changeOf(row('a', 3), row('a', 7))).toEqual({ rankBefore: 7, rankChange: 4, reasons: {} });
    expect(changeOf(row('a', 7), row('a', 3)).rankChange).toBe(-4);
    expect(changeOf(row('a', 3), row('a', 3)).rankChange).toBe(0);
  });

  it('what cannot be compared is null with the reason, never 0', () => {
    expect(changeOf(row('a', 3), undefined)).toMatchObject({
      rankBefore: null,
      rankChange: null,
      reasons: { rankBefore: { en: expect.stringContaining('not exist') } },
    });
    expect(changeOf(row('a', 3), row('a', null))).toMatchObject({
      rankBefore: null,
      reasons: { rankChange: { en: expect.stringContaining('unranked in the period before') } },
    });
    expect(changeOf(row('a', null), row('a', 2))).toMatchObject({
      rankBefore: 2,
      rankChange: null,
      reasons: { rankChange: { en: expect.stringContaining('this period') } },
    });
    expect(changeOf(row('a', 3), row('a', 2, 5))).toMatchObject({
      rankBefore: 2,
      rankChange: null,
      reasons: { rankChange: { en: expect.stringContaining('not comparable') } },
    });
  });

  it('a part without weight in either period keeps no ranks apart', () => {
    const weighing = (accountId: string, rank: number, { known, growth }: { known: number; growth: number }) => {
      const own = row(accountId, rank, known);
      return { ...own, parts: own.parts.map((part) => ({ ...part, weight: part.metric === 'growth' ? growth : 20 })) };
    };
    const [full, less] = [SCORE_PARTS.length, SCORE_PARTS.length - 1];
    const change = (now: [number, number], then: [number, number]) =>
      changeOf(weighing('a', 3, { known: now[0], growth: now[1] }), weighing('a', 7, { known: then[0], growth: then[1] })).rankChange;
    expect([change([full, 0], [less, 0]), change([less, 0], [full, 5]), change([less, 5], [full, 5])]).toEqual([4, 4, null]);
  });

  it('rows find their own past, by platform and account', () => {
    const before = [row('b', 1), row('a', 2), { ...row('a', 9), platform: 'kuaishou' as const }];
    expect(withRankChanges([row('a', 1), row('b', 2), row('c', 3)], before).map(({ rankChange }) => rankChange)).toEqual([1, -1, null]);
  });

  const october = monthSpan('2026-10', ZONE);

  it('the question before keeps what figures are made of and drops what chooses rows', () => {
    const query = { name: 'ranking', basis: 'adjusted', platform: 'douyin', salesRegion: 'East', confidence: true } as const;
    expect(questionBefore({ ...query, level: 'account' }, october, ZONE)).toEqual({
      name: 'ranking',
      basis: 'adjusted',
      level: 'account',
      month: '2026-09',
    });
    expect(questionBefore({ ...query, level: 'dealer' }, october, ZONE)).toMatchObject({ platform: 'douyin', month: '2026-09' });
    expect(questionBefore({ ...query, level: 'dealer' }, october, ZONE).salesRegion).toBeUndefined();
    expect(questionBefore({ ...query, level: 'brand' }, october, ZONE)).toMatchObject({
      platform: 'douyin',
      salesRegion: 'East',
    });
    const live = periodOf({ period: 'live', dataInstant: Date.parse('2026-09-30T12:00:00+08:00') }, '', ZONE);
    expect(questionBefore({ ...query, level: 'account' }, live, ZONE)).toMatchObject({ from: '2026-08-02', to: '2026-09-01' });
  });

  it('rows alone are ranked among each other, league by league', () => {
    const found = withCohortRanks([row('a', 4), row('b', 9), row('c', 1, 5), row('d', null)]);
    expect(found.map(({ cohortRank, cohortSize }) => [cohortRank, cohortSize])).toEqual([
      [1, 2],
      [2, 2],
      [1, 1],
      [null, null],
    ]);
  });
});
