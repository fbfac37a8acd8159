import type { Bilingual } from '@app/contracts';
import { wilsonInterval, type ShareInterval } from './wilson';

/** How a case ended that a detector's signal was part of. Inconclusive ones say nothing about it; a third party's bots were found all the same. */
export type FinalOutcome = 'confirmed' | 'third_party' | 'dismissed' | 'inconclusive' | 'overturned';

/** One case and detector: a case counts once per detector, however many signals it had. */
export interface DetectorOutcome {
  caseId: string;
  detector: string;
  version: number;
  outcome: FinalOutcome;
}

export interface DetectorPrecision {
  detector: string;
  version: number;
  /** Decided cases without the inconclusive ones, and how many of these were right. */
  decided: number;
  right: number;
  inconclusive: number;
  precision: ShareInterval | null;
  /** It opens no case and adds nothing to a probability until a new version, or a person, says otherwise. */
  demoted: boolean;
  notice: Bilingual | null;
}

/** Fewer decided cases show nothing. */
const LEAST_DECIDED = 20;
/** A detector that is surely wrong more often than right wastes the auditors' time. */
const LEAST_PRECISION = 0.5;

const RIGHT: ReadonlySet<FinalOutcome> = new Set(['confirmed', 'third_party']);

/**
 * What people's decisions say of each detector and version. Demoted: the whole interval of the precision lies under one half, from twenty decided cases on. A
 * function of the decisions alone: an overturned case counts as wrong as soon as it is overturned, and a demotion ends when decisions no longer support it.
 */
export function detectorPrecision(outcomes: readonly DetectorOutcome[]): DetectorPrecision[] {
  const groups = new Map<string, DetectorOutcome[]>();
  for (const one of new Map(outcomes.map((outcome) => [`${outcome.caseId}\0${outcome.detector}\0${outcome.version}`, outcome])).values()) {
    const name = `${one.detector}\0${one.version}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()]
    .map(precisionOf)
    .sort((a, b) => (a.detector === b.detector ? a.version - b.version : a.detector < b.detector ? -1 : 1));
}

function precisionOf(outcomes: readonly DetectorOutcome[]): DetectorPrecision {
  const [{ detector, version }] = outcomes;
  const inconclusive = outcomes.filter(({ outcome }) => outcome === 'inconclusive').length;
  const decided = outcomes.length - inconclusive;
  const right = outcomes.filter(({ outcome }) => RIGHT.has(outcome)).length;
  const precision = wilsonInterval(right, decided);
  const demoted = precision !== null && decided >= LEAST_DECIDED && precision.high < LEAST_PRECISION;
  return {
    detector,
    version,
    decided,
    right,
    inconclusive,
    precision,
    demoted,
    notice: demoted ? noticeOf({ detector, version, decided, right }) : null,
  };
}

const noticeOf = ({
  detector,
  version,
  decided,
  right,
}: Pick<DetectorPrecision, 'detector' | 'version' | 'decided' | 'right'>): Bilingual => ({
  zh: `检测器 ${detector} 第 ${version} 版的 ${decided} 个已结案件中仅 ${right} 个成立，已自动降级：不再单独立案，也不计入概率。请复核其参数，或以新版本重新回测后启用`,
  en: `Of ${decided} decided cases of detector ${detector} version ${version} only ${right} held: it was demoted, opens no case and adds nothing to a probability. Review its parameters, or back-test a new version and enable that`,
});
