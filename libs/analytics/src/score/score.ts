import { Bilingual, Policy, SCORE_PARTS, ScorePart } from '@app/contracts';
import { Fraction, add, divide, fraction, fractionOf, mean, multiply } from './fraction';
import { Percentile, percentiles } from './percentile';

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

export interface ScoredPart {
  metric: ScorePart;
  weight: number;
  value: Fraction | null;
  percentile: Fraction | null;
  peers: number;
  peerGroup: string | null;
  smallGroup: boolean;
  reason: Bilingual | null;
}

export interface Score {
  id: string;
  /** 0–100, exact; null when less weight is known than the policy asks for. */
  score: Fraction | null;
  weightKnown: number;
  partial: boolean;
  parts: ScoredPart[];
}

export type ScorePolicy = Pick<Policy, 'weights' | 'minPeers' | 'minKnownWeight'>;

/**
 * Scores of all subjects among each other (domain.md 6.1–6.3): 100 × Σ known weight × percentile ÷ Σ known weight. Pure: the order of subjects
 * and their ids change no score.
 */
export function scores(subjects: readonly ScoreSubject[], policy: ScorePolicy): Map<string, Score> {
  const byPart = new Map<ScorePart, Map<string, Percentile>[]>();
  for (const part of SCORE_PARTS) {
    const width = Math.max(1, ...subjects.map((subject) => subject.parts[part].values.length));
    const columns = Array.from({ length: width }, (_, column) =>
      percentiles(
        subjects.map(({ id, ladder, parts }) => ({ id, ladder, value: parts[part].values[column] ?? null })),
        policy.minPeers,
      ),
    );
    byPart.set(part, columns);
  }
  return new Map(subjects.map((subject) => [subject.id, scoreOf(subject, byPart, policy)]));
}

function scoreOf(subject: ScoreSubject, byPart: Map<ScorePart, Map<string, Percentile>[]>, policy: ScorePolicy): Score {
  const parts = SCORE_PARTS.map((metric): ScoredPart => {
    const found = (byPart.get(metric) ?? []).map((column) => column.get(subject.id)).filter((known) => known !== undefined);
    const figure = subject.parts[metric];
    const weight = policy.weights[metric];
    const value = figure.values.find((known) => known !== null) ?? null;
    const percentile = mean(found.map((known) => known.percentile));
    if (percentile === null)
      return { metric, weight, value, percentile, peers: 0, peerGroup: null, smallGroup: false, reason: figure.reason };
    const { peers, peerGroup } = found[0];
    return {
      metric,
      weight,
      value,
      percentile,
      peers,
      peerGroup,
      smallGroup: found.some((known) => known.smallGroup),
      reason: figure.reason,
    };
  });
  const known = parts.filter((part) => part.percentile !== null && part.weight > 0);
  const weightKnown = known.reduce((sum, part) => sum + part.weight, 0);
  const total = parts.reduce((sum, part) => sum + part.weight, 0);
  const weighted = known.map((part) => multiply(fractionOf(part.weight), part.percentile as Fraction)).reduce(add, fraction(0));
  const score =
    known.length === 0 || weightKnown < policy.minKnownWeight ? null : divide(multiply(fraction(100), weighted), fractionOf(weightKnown));
  return { id: subject.id, score, weightKnown, partial: weightKnown < total, parts };
}

/** Mean of the known scores of a region's dealers (domain.md 6.4); null when none is known. */
export function regionScore(dealers: readonly Score[]): Fraction | null {
  return mean(dealers.map((dealer) => dealer.score).filter((score) => score !== null));
}
