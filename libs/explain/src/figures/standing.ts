import { Fraction, Score, compare, fraction, fractionOf, percentiles, toDecimal } from '@app/analytics';
import type { Bilingual, RankingRow, ScorePart } from '@app/contracts';
import { RankedRow, RankingFacts, groupScores, inScope, rankedRows, readRanking, scoreSubjects, subjectsOf } from '@app/reports';
import type { Asked } from '../asked';

/** Scores, ranks and peers of everybody in the question. */
export interface Standings {
  facts: RankingFacts;
  dealers: RankingFacts | undefined;
  scores: Map<string, Score>;
  /** In the order of the report. */
  rows: RankedRow[];
}

export async function standingsOf({ context }: Pick<Asked, 'context'>): Promise<Standings> {
  const { facts, dealers } = await readRanking(context);
  return { facts, dealers, scores: groupScores(facts, dealers), rows: rankedRows(facts, subjectsOf(facts.context), dealers) };
}

/** `n/d` in lowest terms, or the whole number. */
export function exactly(value: Fraction | null | undefined): string | null {
  if (!value) return null;
  const { n, d } = fraction(value.n, value.d);
  return d === 1n ? `${n}` : `${n}/${d}`;
}

export const decimally = (value: Fraction | null | undefined): string | null => (value ? toDecimal(value, 4) : null);

/** A peer of one part: where its value lies to the subject's own. */
export interface Peer {
  group: string;
  value: Fraction;
  place: 'below' | 'equal' | 'above';
}

export interface PeerColumn {
  name: Bilingual;
  peerGroup: string;
  own: Fraction;
  percentile: Fraction;
  peers: Peer[];
}

const LOYALTY: readonly Bilingual[] = [
  { zh: '忠诚占比', en: 'loyal share' },
  { zh: '停留比', en: 'dwell ratio' },
];

/** Who a part of the score is compared with, column by column (loyalty has two); no column where the part is unknown. */
export function peersOf({ context, group }: Pick<Asked, 'context' | 'group'>, facts: RankingFacts, part: ScorePart): PeerColumn[] {
  const subjects = scoreSubjects(facts);
  const width = Math.max(1, ...subjects.map(({ parts }) => parts[part].values.length));
  return Array.from({ length: width }, (_, column) => column).flatMap((column): PeerColumn[] => {
    const members = subjects.map(({ id, ladder, parts }) => ({ id, ladder, value: parts[part].values[column] ?? null }));
    const found = percentiles(members, context.policy.minPeers).get(group);
    const own = members.find(({ id }) => id === group)?.value;
    if (!found || !own) return [];
    const peers = members.flatMap(({ id, ladder, value }): Peer[] => {
      if (!value || !ladder.includes(found.peerGroup)) return [];
      const order = compare(value, own);
      return [{ group: id, value, place: order < 0 ? 'below' : order > 0 ? 'above' : 'equal' }];
    });
    return [
      {
        name: width > 1 ? LOYALTY[column] : { zh: '数值', en: 'value' },
        peerGroup: found.peerGroup,
        own,
        percentile: found.percentile,
        peers,
      },
    ];
  });
}

const PLACES: readonly Peer['place'][] = ['below', 'equal', 'above'];

/** All peers in their order. Pages go by number: a cursor that named a peer would tell who it is. */
export function inPlaces(columns: readonly PeerColumn[]): { column: PeerColumn; peer: Peer; at: string }[] {
  const orderOf = (a: Peer, b: Peer) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place) || (a.group < b.group ? -1 : 1);
  return columns
    .flatMap((column) => [...column.peers].sort(orderOf).map((peer) => ({ column, peer })))
    .map((one, at) => ({ ...one, at: String(at).padStart(9, '0') }));
}

/** (below + half of the equal ones) ÷ n, of the rows themselves. */
export const percentileOf = (peers: readonly Peer[]): Fraction | null => {
  if (peers.length === 0) return null;
  const of = (place: Peer['place']) => peers.filter((peer) => peer.place === place).length;
  return fraction(2 * of('below') + of('equal'), 2 * peers.length);
};

/** Why one row stands before the next: the first of score, VST and value that differs, and by how much (null: one of the two is unknown); `tie` where none does. */
export function decidedBy(
  a: { score: Fraction | null; row: RankingRow },
  b: { score: Fraction | null; row: RankingRow },
): { by: string; difference: string | null } {
  const minus = (x: Fraction, y: Fraction): Fraction => fraction(x.n * y.d - y.n * x.d, x.d * y.d);
  if (a.score && b.score && compare(a.score, b.score) !== 0) return { by: 'score', difference: decimally(minus(a.score, b.score)) };
  if (a.row.showroomVisitors !== b.row.showroomVisitors)
    return { by: 'showroomVisitors', difference: differenceOf(a.row.showroomVisitors, b.row.showroomVisitors, (x, y) => String(x - y)) };
  if (a.row.valueCny !== b.row.valueCny)
    return {
      by: 'valueCny',
      difference: differenceOf(a.row.valueCny, b.row.valueCny, (x, y) => moneyOf(minus(fractionOf(x), fractionOf(y)))),
    };
  return { by: 'tie', difference: null };
}

/** Of what is unknown there is no difference. */
const differenceOf = <Figure>(a: Figure | null, b: Figure | null, minus: (a: Figure, b: Figure) => string): string | null =>
  a === null || b === null ? null : minus(a, b);

/** The exact decimal of money: no product of units, price and discount has more than ten places. */
const moneyOf = (value: Fraction): string => toDecimal(value, 10).replace(/\.?0+$/, '');

/** A value of a part as people read it: money exactly, the others to four places. */
export const valueText = (value: Fraction | null | undefined, part: ScorePart): string | null =>
  !value ? null : part === 'value' ? moneyOf(value) : toDecimal(value, 4);

/** May the asker see who this group is? */
export function mayName({ seen, context }: Asked, group: string): boolean {
  if (seen.accounts === 'all') return true;
  return context.level === 'account' ? inScope(seen.accounts, group) : inScope(seen.dealers, group);
}
