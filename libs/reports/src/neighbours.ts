import { randomInt } from 'node:crypto';
import type { Neighbour, RankingRow, ReportQuery, Subject } from '@app/contracts';

/** Fewer could be told apart. */
const FEWEST_PEERS = 5;

const idOf = ({ level, platform, accountId, dealerId }: Subject): string =>
  level === 'account' ? `${platform}/${accountId}` : (dealerId ?? '');

/**
 * The others of a ranking as places: rank and rounded score, in the order of the ranking, under names that mean nothing outside of this answer. None where
 * fewer than five are ranked. `whole`: the brand's rows; `own`: those that the asker sees.
 */
export function neighboursOf(
  whole: readonly RankingRow[],
  own: readonly RankingRow[],
  draw: (limit: number) => number = randomInt,
): Neighbour[] {
  const mine = new Set(own.map(idOf));
  const others = whole.filter((row) => row.rank !== null && !mine.has(idOf(row)));
  if (others.length < FEWEST_PEERS) return [];
  const numbers = shuffled(others.length, draw);
  return others.map(({ rank, score }, at) => ({
    name: { zh: `同行 ${numbers[at]}`, en: `Peer ${numbers[at]}` },
    rank: rank!,
    score: score === null ? null : Math.round(score),
  }));
}

/**
 * The ranking whose places are told to whoever asks `query`: of all, for places of a chosen shop, group or region would say whose they are. The platform stays
 * where figures of dealers are made of it. Null: none is told beside figures that are made of some accounts only.
 */
export function neighboursQuestion<Query extends ReportQuery>(query: Query): Query | null {
  const { level, platform, tier, accountId } = query;
  if (level !== 'account' && level !== 'dealer') return null;
  if (level === 'dealer' && (tier !== undefined || accountId !== undefined)) return null;
  const none = { tier: undefined, accountId: undefined, dealerId: undefined, group: undefined, salesRegion: undefined, adcode: undefined };
  return { ...query, ...none, platform: level === 'dealer' ? platform : undefined, confidence: undefined };
}

/** 1 to n in an order that is drawn. */
function shuffled(count: number, draw: (limit: number) => number): number[] {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  for (let at = count - 1; at > 0; at--) {
    const other = draw(at + 1);
    [numbers[at], numbers[other]] = [numbers[other], numbers[at]];
  }
  return numbers;
}
