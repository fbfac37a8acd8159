import { notAbove } from './rank-draws';

/** Somebody with a rank: `members`: whose mean of scores theirs is, by place (an account: itself; a region: its dealers with a score). */
export interface Contestant {
  id: string;
  league: number;
  rank: number;
  members: readonly number[];
}

/** The rank lies between these with nine chances in ten; the rank itself always does. */
export interface RankInterval {
  rankLow: number;
  rankHigh: number;
}

const LOW = 0.05;
const HIGH = 0.95;

/** Collects ranks over draws, league by league, and tells between which they lie. */
export class RankIntervals {
  private readonly leagues: { contestants: Contestant[]; scores: Float64Array; sorted: Float64Array; ranks: Int32Array }[];
  private drawn = 0;

  constructor(
    contestants: readonly Contestant[],
    private readonly draws: number,
  ) {
    const byLeague = new Map<number, Contestant[]>();
    for (const contestant of contestants) {
      const own = byLeague.get(contestant.league);
      if (own) own.push(contestant);
      else byLeague.set(contestant.league, [contestant]);
    }
    this.leagues = [...byLeague.values()].map((own) => ({
      contestants: own,
      scores: new Float64Array(own.length),
      sorted: new Float64Array(own.length),
      ranks: new Int32Array(own.length * draws),
    }));
  }

  /** Takes the scores of one draw (NaN: last). */
  add(scores: Float64Array): void {
    for (const { contestants, scores: own, sorted, ranks } of this.leagues) {
      for (const [at, { members }] of contestants.entries()) own[at] = meanOf(members, scores);
      sorted.set(own);
      sorted.sort();
      for (let at = 0; at < own.length; at++) ranks[at * this.draws + this.drawn] = own.length - notAbove(sorted, own[at]) + 1;
    }
    this.drawn += 1;
  }

  /** From the 5th to the 95th percentile of the draws (nearest rank), widened to the rank itself. */
  intervals(): Map<string, RankInterval> {
    const found = new Map<string, RankInterval>();
    const place = (share: number) => Math.max(0, Math.ceil(share * this.drawn) - 1);
    for (const { contestants, ranks } of this.leagues)
      for (const [at, { id, rank }] of contestants.entries()) {
        const own = ranks.subarray(at * this.draws, at * this.draws + this.drawn).sort();
        found.set(id, { rankLow: Math.min(rank, own[place(LOW)]), rankHigh: Math.max(rank, own[place(HIGH)]) });
      }
    return found;
  }
}

/** -1, below every score, where none is known. */
function meanOf(members: readonly number[], scores: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const place of members) {
    if (Number.isNaN(scores[place])) continue;
    sum += scores[place];
    count += 1;
  }
  return count === 0 ? -1 : sum / count;
}
