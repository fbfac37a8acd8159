import { SCORE_PARTS, type RankingRow, type ScorePart } from '@app/contracts';
import { byLeague, leagueOf } from './leagues';

const row = (rank: number | null, unknown: ScorePart[] = []) =>
  ({
    rank,
    partial: unknown.length > 0,
    parts: SCORE_PARTS.map((metric) => ({ metric, percentile: unknown.includes(metric) ? null : 0.5 })),
  }) as RankingRow;

describe('leagues', () => {
  it('those who know all parts, and those who lack the same, meet each other', () => {
    expect(leagueOf(row(1))).toEqual({ key: 'full', kind: 'full', missing: [] });
    expect(leagueOf(row(1, ['loyalty', 'showroom']))).toEqual({
      key: 'showroom+loyalty',
      kind: 'partial',
      missing: ['showroom', 'loyalty'],
    });
  });
  it('who has no rank is in none, and regions are all in one', () => {
    expect(leagueOf(row(null, ['growth'])).kind).toBe('unranked');
    expect(leagueOf({ ...row(1), level: 'region', parts: [] }).kind).toBe('one');
  });
  it('within one league no rank is given to a better and a worse score: order is kept, the unranked stand last', () => {
    const rows = [row(null), row(1), row(2), row(1, ['growth'])];
    const groups = byLeague(rows, (entry) => entry);
    expect(groups.map((group) => [group.league.key, group.rows.map((entry) => entry.rank)])).toEqual([
      ['full', [1, 2]],
      ['growth', [1]],
      ['unranked', [null]],
    ]);
  });
});
