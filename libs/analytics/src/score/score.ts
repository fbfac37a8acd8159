import { Bilingual, Policy, SCORE_PARTS, ScorePart } from '@app/contracts';
import { Fraction, LazyFraction, add, divide, fraction, fractionOf, mean, multiply } from './fraction';
import { PeerGroups, Percentiles, peerGroups, percentilesOf } from './peer-groups';

/** What is known of one part: one value, or for loyalty two (loyal share, dwell ratio). All null: unknown, with the reason. */
export interface PartFigure {
  values: readonly (Fraction | null)[];
  reason: Bilingual | null;
}

export interface ScoreSubject {
  id: string;
  /** Peer groups, narrowest first. */
  ladder: readonly string[];
  parts: Record<ScorePart, PartFigure>;
}

/** The percentile of one value of a part: `top` ÷ `bottom`, whole numbers. */
export interface PartPercentile {
  value: Fraction;
  top: number;
  bottom: number;
  peers: number;
  peerGroup: string;
  smallGroup: boolean;
}

export interface ScoredPart {
  metric: ScorePart;
  weight: number;
  value: Fraction | null;
  percentile: Fraction | null;
  peers: number;
  peerGroup: string | null;
  smallGroup: boolean;
  reason: Bilingual | null;
  /** By the figure's values (of loyalty: loyal share, dwell ratio); null: unknown. The part's percentile is the mean of the known ones. */
  columns: readonly (PartPercentile | null)[];
}

export interface Score {
  readonly id: string;
  /** 0–100, exact; null when less weight is known than the policy asks for. */
  readonly score: Fraction | null;
  readonly weightKnown: number;
  readonly partial: boolean;
  readonly parts: readonly ScoredPart[];
  /**
   * Which parts are known, by a bit each in the order of SCORE_PARTS: partial scores are ranked among those that know the same. A part without weight is
   * lacking to nobody.
   */
  readonly known: number;
}

export type ScorePolicy = Pick<Policy, 'weights' | 'minPeers' | 'minKnownWeight'>;

/**
 * Scores of all subjects among each other (domain.md 6.1–6.3): 100 × Σ known weight × percentile ÷ Σ known weight. Exact; parts and fractions are
 * spelled out when somebody looks at them. Pure: the order of subjects and their ids change no score.
 */
export function scores(subjects: readonly ScoreSubject[], policy: ScorePolicy): Map<string, Score> {
  const board = new Board(subjects, policy);
  return new Map(subjects.map((subject, place) => [subject.id, new BoardScore(board, place)]));
}

interface Column {
  part: number;
  values: readonly (Fraction | null)[];
  percentiles: Percentiles;
}

/** Percentiles of all subjects, one column per value of a part. */
class Board {
  readonly groups: PeerGroups;
  readonly columns: Column[];
  /** Weights as whole numbers of millionths, so that sums of them compare exactly. */
  readonly weights: number[];

  constructor(
    readonly subjects: readonly ScoreSubject[],
    readonly policy: ScorePolicy,
  ) {
    this.groups = peerGroups(subjects.map(({ ladder }) => ladder));
    this.weights = SCORE_PARTS.map((part) => Math.round(policy.weights[part] * MILLION));
    this.columns = SCORE_PARTS.flatMap((metric, part) => {
      const width = subjects.reduce((widest, subject) => Math.max(widest, subject.parts[metric].values.length), 1);
      return Array.from({ length: width }, (_, column) => {
        const values = subjects.map(({ parts }) => parts[metric].values[column] ?? null);
        return { part, values, percentiles: percentilesOf(this.groups, values, policy.minPeers) };
      });
    });
  }

  isKnown = ({ percentiles }: Column, place: number): boolean => percentiles.bottom[place] > 0;
}

const MILLION = 1_000_000;

class BoardScore implements Score {
  readonly id: string;
  readonly weightKnown: number;
  readonly partial: boolean;
  readonly known: number;
  readonly score: Fraction | null;
  readonly #board: Board;
  readonly #place: number;
  #parts: ScoredPart[] | undefined;

  constructor(board: Board, place: number) {
    this.id = board.subjects[place].id;
    this.#board = board;
    this.#place = place;
    // of each part the sum of its percentiles, and how many these are
    const sums = SCORE_PARTS.map(() => 0);
    const counts = SCORE_PARTS.map(() => 0);
    for (const column of board.columns) {
      if (!board.isKnown(column, place)) continue;
      sums[column.part] += column.percentiles.top[place] / column.percentiles.bottom[place];
      counts[column.part] += 1;
    }
    let [known, weight, all, weighted] = [0, 0, 0, 0];
    for (const [part, count] of counts.entries()) {
      all += board.weights[part];
      if (count > 0 || board.weights[part] === 0) known |= 1 << part;
      if (count === 0) continue;
      weight += board.weights[part];
      weighted += (board.weights[part] * sums[part]) / count;
    }
    this.known = known;
    this.weightKnown = weight / MILLION;
    this.partial = weight < all;
    const isScored = weight > 0 && weight >= Math.round(board.policy.minKnownWeight * MILLION);
    this.score = isScored ? new LazyFraction((100 * weighted) / weight, () => exactScore(this.parts)) : null;
  }

  get parts(): ScoredPart[] {
    this.#parts ??= SCORE_PARTS.map((metric, part) => scoredPart(this.#board, this.#place, { metric, part }));
    return this.#parts;
  }
}

function scoredPart(board: Board, place: number, { metric, part }: { metric: ScorePart; part: number }): ScoredPart {
  const { policy, groups } = board;
  const figure = board.subjects[place].parts[metric];
  const columns = board.columns
    .filter((column) => column.part === part)
    .map((column): PartPercentile | null => {
      if (!board.isKnown(column, place)) return null;
      const { top, bottom, group, sizes } = column.percentiles;
      const peers = sizes[group[place]];
      const value = column.values[place]!;
      return {
        value,
        top: top[place],
        bottom: bottom[place],
        peers,
        peerGroup: groups.names[group[place]],
        smallGroup: peers < policy.minPeers,
      };
    });
  const found = columns.filter((column) => column !== null);
  const first = found.at(0);
  return {
    metric,
    weight: policy.weights[metric],
    value: first?.value ?? null,
    percentile: first ? new LazyFraction(meanOf(found), () => mean(found.map(({ top, bottom }) => fraction(top, bottom)))!) : null,
    peers: first?.peers ?? 0,
    peerGroup: first?.peerGroup ?? null,
    smallGroup: found.some(({ smallGroup }) => smallGroup),
    reason: figure.reason,
    columns,
  };
}

const meanOf = (found: readonly PartPercentile[]): number => found.reduce((sum, { top, bottom }) => sum + top / bottom, 0) / found.length;

/** 100 × Σ known weight × percentile ÷ Σ known weight. */
function exactScore(parts: readonly ScoredPart[]): Fraction {
  const known = parts.filter((part) => part.percentile !== null && part.weight > 0);
  const weighted = known.map((part) => multiply(fractionOf(part.weight), part.percentile!)).reduce(add, fraction(0));
  return divide(multiply(fraction(100), weighted), known.map((part) => fractionOf(part.weight)).reduce(add));
}

/** Mean of the known scores of a region's dealers (domain.md 6.4); null when none is known. */
export function regionScore(dealers: readonly Pick<Score, 'score'>[]): Fraction | null {
  return mean(dealers.map((dealer) => dealer.score).filter((score) => score !== null));
}
