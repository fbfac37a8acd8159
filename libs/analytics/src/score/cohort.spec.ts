import fc from 'fast-check';
import { cohortRanks } from './cohort';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const row = (rank: number | null, league = 'all') => ({ rank, league });

describe('ranks in a cohort', () => {
  it('count the chosen alone, equals share a rank (1, 1, 3), leagues apart', () => {
    const found = cohortRanks([row(7), row(3), row(3), row(null), row(2, 'partial'), row(9)]);
    expect(found.map(({ cohortRank }) => cohortRank)).toEqual([3, 1, 1, null, 1, 4]);
    expect(found.map(({ cohortSize }) => cohortSize)).toEqual([4, 4, 4, null, 1, 4]);
  });

  it('are one more than the number of better ones in the cohort and league, whoever else there is', () => {
    const rows = fc.array(fc.record({ rank: fc.option(fc.integer({ min: 1, max: 9 })), league: fc.constantFrom('all', 'partial') }));
    fc.assert(
      fc.property(rows, (all) => {
        for (const [place, { cohortRank, cohortSize }] of cohortRanks(all).entries()) {
          const own = all[place];
          const league = all.filter((other) => other.league === own.league && other.rank !== null);
          expect(cohortRank).toBe(own.rank === null ? null : 1 + league.filter((other) => other.rank! < own.rank!).length);
          expect(cohortSize).toBe(own.rank === null ? null : league.length);
        }
      }),
      { seed: SEED },
    );
  });
});
