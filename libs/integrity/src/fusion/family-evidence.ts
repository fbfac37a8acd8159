import type { DetectorFamily, FamilyEvidence, Signal } from '@app/contracts';
import { BESIDE_FULL, SAME_GROUND, type FusionWeights } from './weights';

/** Beyond one in a hundred thousand no more is believed: calibration cannot tell. */
const MOST_SURPRISE = 4;

/**
 * A signal's strength if that many subjects were looked at: the largest of n honest ones is below s with probability sⁿ (Šidák). Strengths outside [0, 1],
 * or not numbers, count as none.
 */
export function afterLooks(strength: number, looks: number): number {
  if (!(strength > 0)) return 0;
  return Math.min(1, strength) ** Math.max(1, looks);
}

/** Decimal orders of magnitude beyond one honest subject in ten: .9 → 0, .99 → 1, .99999 and more → 4. */
export const surpriseOf = (strength: number): number =>
  strength <= 0.9 ? 0 : Math.min(MOST_SURPRISE, -Math.log10(Math.max(1e-12, 1 - strength)) - 1);

/** The families that spoke, the one that adds most first; equal ones by name, so that no order of signals shows. */
export function familyEvidence(signals: readonly Signal[], sessions: number, weights: FusionWeights): FamilyEvidence[] {
  const found = new Map<DetectorFamily, { strength: number; detectors: Set<string> }>();
  for (const { family, subject, strength, detector } of signals) {
    const one = found.get(family) ?? { strength: 0, detectors: new Set<string>() };
    one.strength = Math.max(one.strength, afterLooks(strength, subject.kind === 'session' ? sessions : 1));
    one.detectors.add(detector);
    found.set(family, one);
  }
  return [...found]
    .map(([family, { strength, detectors }]) => {
      const surprise = surpriseOf(strength);
      const weight = weights.families[family];
      return { family, strength, detectors: [...detectors].sort(), surprise, weight, contribution: weight * surprise };
    })
    .sort((a, b) => b.contribution - a.contribution || b.strength - a.strength || (a.family < b.family ? -1 : 1));
}

/** How many independent families reach a strength: those of one ground count once. */
export function independentFamilies(evidence: readonly FamilyEvidence[], strength: number): number {
  const grounds = new Set<string>();
  for (const one of evidence)
    if (one.strength >= strength && one.weight > 0)
      grounds.add(SAME_GROUND.find((families) => families.includes(one.family))?.join('+') ?? one.family);
  return grounds.size;
}

/** Share of the window's sessions that have a signal of their own. */
export function persistentShare(signals: readonly Signal[], sessions: number): number {
  const spoken = new Set(signals.flatMap(({ subject }) => (subject.kind === 'session' ? [subject.sessionId] : [])));
  return sessions < 2 ? 0 : Math.min(1, spoken.size / sessions);
}

/** How much the louder of some windows says, 0–1: the surprise of its families together. */
export function besideShare(windows: readonly (readonly Signal[])[], sessions: number, weights: FusionWeights): number {
  const loudest = windows.map((signals) => familyEvidence(signals, sessions, weights).reduce((sum, { surprise }) => sum + surprise, 0));
  return Math.min(1, Math.max(0, ...loudest) / BESIDE_FULL);
}
