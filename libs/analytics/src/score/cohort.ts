/** A ranked row: its rank, null without one, in its league. */
export interface RankedRow {
  league: string | number;
  rank: number | null;
}

export interface CohortRank {
  cohortRank: number | null;
  /** Ranked rows of the cohort in the same league, itself included. */
  cohortSize: number | null;
}

/** Ranks among the chosen rows alone, league by league, by the same order: equals share a rank (1, 1, 3); unranked rows have none. */
export function cohortRanks(rows: readonly RankedRow[]): CohortRank[] {
  const leagues = new Map<string | number, number[]>();
  for (const { league, rank } of rows) {
    if (rank === null) continue;
    const known = leagues.get(league);
    if (known) known.push(rank);
    else leagues.set(league, [rank]);
  }
  const places = new Map<string | number, Map<number, number>>();
  for (const [league, ranks] of leagues) {
    const own = new Map<number, number>();
    for (const [place, rank] of ranks.sort((a, b) => a - b).entries()) if (!own.has(rank)) own.set(rank, place + 1);
    places.set(league, own);
  }
  return rows.map(({ league, rank }) =>
    rank === null
      ? { cohortRank: null, cohortSize: null }
      : { cohortRank: places.get(league)!.get(rank)!, cohortSize: leagues.get(league)!.length },
  );
}
