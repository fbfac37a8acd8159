import fc from 'fast-check';
import type { RankingRow, Tier } from '@app/contracts';
import { isChanged, movesOf, summaryOf } from './moves';

const part = { metric: 'value' as const, weight: 100, percentile: 0.5, peers: 3, peerGroup: 'brand', smallGroup: false, reason: null };
const rowOf = (
  accountId: string,
  rank: number | null,
  valueCny: string | null,
  earnedTier: Tier | null,
  score: number | null,
): RankingRow => ({
  level: 'account',
  platform: 'douyin',
  accountId,
  name: accountId,
  month: '2026-10',
  rank,
  score,
  weightKnown: 100,
  partial: false,
  parts: [{ ...part, value: valueCny }],
  showroomVisitors: 0,
  showroomVisitorsLow: 0,
  showroomVisitorsHigh: 0,
  loyalShare: null,
  valueCny,
  valueAtLeast: false,
  trailingValueCny: valueCny,
  earnedTier,
  projected: false,
  accountsKnown: 1,
  accountsTotal: 1,
  coverage: null,
  reasons: {},
});
const row = fc.record({
  rank: fc.option(fc.integer({ min: 1, max: 9 })),
  valueCny: fc.option(fc.nat(90).map((units) => (units / 10).toFixed(1))),
  tier: fc.option(fc.constantFrom<Tier>('head', 'base', 'outer', 'incubating')),
  score: fc.option(fc.nat(100)),
});
const side = (ids: string[]) =>
  fc
    .tuple(...ids.map(() => row))
    .map((own) => own.map(({ rank, valueCny, tier, score }, at) => rowOf(ids[at], rank, valueCny, tier, score)));
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('who moves', () => {
  it('with nothing changed nothing moves and nothing is said', () => {
    fc.assert(
      fc.property(side(IDS), (rows) => {
        const moves = movesOf(rows, rows);
        expect(moves.some(isChanged)).toBe(false);
        expect(moves.flatMap(({ reasons }) => reasons)).toEqual([]);
        const { changed, ranksUp, ranksDown, tiersChanged, valueCny } = summaryOf(moves, 1);
        expect([changed, ranksUp, ranksDown, tiersChanged]).toEqual([0, 0, 0, 0]);
        expect(valueCny.before).toBe(valueCny.after);
      }),
    );
  });

  it('the other way round everybody moves as far the other way', () => {
    fc.assert(
      fc.property(side(IDS), side(IDS), (before, after) => {
        const [there, back] = [summaryOf(movesOf(before, after), 2), summaryOf(movesOf(after, before), 2)];
        expect([there.ranksUp, there.tiersUp, there.entersRanking, there.ranksByStep, there.changed]).toEqual([
          back.ranksDown,
          back.tiersDown,
          back.leavesRanking,
          back.ranksByStep,
          back.changed,
        ]);
        expect([there.valueCny.before, there.valueCny.after]).toEqual([back.valueCny.after, back.valueCny.before]);
      }),
    );
  });

  it('every change is told with a reason, in the order of its size, whatever order rows come in', () => {
    fc.assert(
      fc.property(side(IDS), side(IDS), (before, after) => {
        const moves = movesOf(before, after);
        expect(movesOf([...before].reverse(), [...after].reverse())).toEqual(moves);
        for (const move of moves)
          if (move.rank.before !== move.rank.after || move.earnedTier.before !== move.earnedTier.after)
            expect(move.reasons.length).toBeGreaterThan(0);
        const places = moves.filter((move) => move.places !== null).map((move) => Math.abs(move.places!));
        expect(places).toEqual([...places].sort((a, b) => b - a));
      }),
    );
  });

  it('sums are exact', () => {
    const rows = [rowOf('a', 1, '0.1', null, 1), rowOf('b', 2, '0.2', null, 1), rowOf('c', 3, null, null, 1)];
    expect(summaryOf(movesOf(rows, rows), 1).valueCny).toEqual({ before: '0.3', after: '0.3' });
  });
});
