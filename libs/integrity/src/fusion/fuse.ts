import type {
  AttributionReason,
  Confounder,
  FamilyEvidence,
  FusedReason,
  Fusion,
  FusionContext,
  FusionLevel,
  Signal,
  SignalFigure,
} from '@app/contracts';
import { attributionOf } from './attribution';
import { correctionsOf } from './corrections';
import { besideShare, familyEvidence, independentFamilies, persistentShare } from './family-evidence';
import { FUSION_WEIGHTS, LEVELS, type FusionWeights } from './weights';

const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
const total = (contributions: readonly { contribution: number }[]): number => contributions.reduce((all, one) => all + one.contribution, 0);

/**
 * Signals of one subject and window as one answer: two probabilities, what each family adds in log-odds, and the figures without what is held for inorganic.
 * Pure; the order of signals, and the same signal twice, change nothing. Never throws: a strength that is no number counts as none. Without signals the
 * answer is the share of inflated windows of the tuning worlds. docs/adr/0040.
 */
export function fuse(signals: readonly Signal[], context: FusionContext = {}, weights: FusionWeights = FUSION_WEIGHTS): Fusion {
  const known = [...new Map(signals.map((signal) => [signal.signalId, signal])).values()].sort(byStrength);
  const sessions = Math.max(1, context.sessions ?? 1);
  const isHeard = ({ detector }: Signal): boolean => !context.demoted?.includes(detector);
  const heard = known.filter(isHeard);
  const families = familyEvidence(heard, sessions, weights);
  const share = persistentShare(heard, sessions);
  const persistence = { share, weight: weights.persistence, contribution: share * weights.persistence };
  const near = besideShare(
    (context.beside ?? []).map((signals) => signals.filter(isHeard)),
    sessions,
    weights,
  );
  const beside = { share: near, weight: weights.beside, contribution: near * weights.beside };
  const inorganic = logistic(weights.base + total([...families, persistence, beside]));
  const attribution = attributionOf(heard, sessions, context);
  const attributable = inorganic * logistic(total(attribution));
  const level = levelOf(inorganic, families);
  const removes = heard.flatMap(({ evidence }) => evidence.removes ?? []);
  const corrections = correctionsOf(heard, context, { inorganic, weights: weights.amounts });
  const [first] = corrections;
  return {
    model: { name: weights.name, version: weights.version, fittedOn: weights.fittedOn },
    inorganic,
    attributable,
    level,
    tier: known.map(({ dataTier }) => dataTier).sort()[known.length - 1] ?? null,
    base: weights.base,
    persistence,
    beside,
    families,
    attribution,
    corrections,
    metric: first?.metric ?? null,
    reported: first?.reported ?? null,
    corrected: first?.corrected ?? null,
    reasons: known.map(reasonOf),
    confounders: confoundersOf(known, attribution),
    removes,
  };
}

const byStrength = (a: Signal, b: Signal): number => b.strength - a.strength || (a.signalId < b.signalId ? -1 : 1);

/** Two independent families are needed for "high", however sure the model is (integrity.md, rule 6). */
function levelOf(inorganic: number, families: readonly FamilyEvidence[]): FusionLevel {
  if (inorganic >= LEVELS.high && independentFamilies(families, LEVELS.agreeing) >= 2) return 'high';
  return inorganic >= LEVELS.medium ? 'medium' : 'low';
}

/** The figure of a signal that fewest honest subjects reach. */
function loudest(figures: readonly SignalFigure[]): SignalFigure | undefined {
  const rarity = ({ honestQuantile }: SignalFigure): number => (honestQuantile === null ? -1 : Math.abs(honestQuantile - 0.5));
  return [...figures].sort((a, b) => rarity(b) - rarity(a))[0];
}

function reasonOf({ signalId, detector, version, family, strength, evidence }: Signal): FusedReason {
  const figure = loudest(evidence.figures);
  return {
    signalId,
    detector,
    version,
    family,
    strength,
    text: evidence.text,
    figure: figure?.name ?? null,
    value: figure?.value ?? null,
    ownReference: figure?.ownReference ?? null,
    peerReference: figure?.peerReference ?? null,
    honestQuantile: figure?.honestQuantile ?? null,
  };
}

const EXCESS = { zh: '已按申报内容扣除，仅对超出部分计分', en: 'What it states was taken out; only the excess was scored' };

/** What was declared, and a third party: that one is rejected only where the dealer's own hand shows. */
function confoundersOf(signals: readonly Signal[], attribution: readonly AttributionReason[]): Confounder[] {
  if (signals.length === 0) return [];
  const declared = new Map(signals.flatMap(({ evidence }) => (evidence.declared ?? []).map((one) => [one.declarationId, one] as const)));
  const own = attribution.filter(({ contribution }) => contribution > 0);
  const rejected = total(attribution) >= 0 && own.length > 0;
  return [
    ...[...declared.values()].map(({ text }) => ({ considered: text, whyRejected: EXCESS })),
    {
      considered: { zh: '第三方（竞争对手或平台清理滞后）所为', en: 'A third party did it (a rival, or a platform that purges late)' },
      whyRejected: rejected ? { zh: own.map(({ text }) => text.zh).join('；'), en: own.map(({ text }) => text.en).join('; ') } : null,
    },
  ];
}
