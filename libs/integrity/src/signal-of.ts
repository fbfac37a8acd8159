import { createHash } from 'node:crypto';
import { businessMonth, type Signal, type SignalSubject } from '@app/contracts';
import type { SignalOfAccount } from '@app/database';
import { statementText } from '@app/warehouse';
import type { Detector, DetectorScope, Finding } from './detector';
import { withoutStaff } from './facts/viewer-entries';

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** The parts of a subject in a fixed order: what its identity is made of. */
export function subjectParts(subject: SignalSubject): string[] {
  switch (subject.kind) {
    case 'session':
      return ['session', subject.platform, subject.accountId, subject.sessionId];
    case 'account':
      return ['account', subject.platform, subject.accountId];
    case 'dealer':
      return ['dealer', subject.dealerId];
    case 'brand':
      return ['brand'];
  }
}

/**
 * What tells findings of one detector about one subject apart: the beginning of the window, so that a month or a session that still runs stays the same; of what
 * stands for as long as anybody looks (its window is the scan's, which moves on week by week) the business month of the window's middle.
 */
const occasionOf = ({ standing, window: { from, to } }: Pick<Finding, 'standing' | 'window'>, zone: string): string =>
  standing ? businessMonth((from + to) / 2, zone) : new Date(from).toISOString();

/**
 * A detector's finding as a signal: its id out of detector, version, subject and occasion (`occasionOf`), the owner of its time, the statement as it can be run by hand. Keys of declared staff are not in it: `boundParameters` adds them.
 */
export function signalOf(
  scope: DetectorScope,
  detector: Detector,
  finding: Finding,
  keyOf: (subject: SignalSubject) => string | null,
): SignalOfAccount {
  const { subject, strength } = finding;
  const window = { from: new Date(finding.window.from).toISOString(), to: new Date(finding.window.to).toISOString() };
  const accountKey = keyOf(subject);
  const sql = statementText(finding.evidence.sql);
  const parameters = withoutStaff(finding.evidence.parameters);
  const removes = finding.evidence.removes?.map((one) =>
    one.kind === 'entries' ? { ...one, parameters: withoutStaff(one.parameters) } : one,
  );
  return {
    signalId: sha256([scope.brandId, detector.name, detector.version, subjectParts(subject), occasionOf(finding, scope.zone)]).slice(0, 32),
    detector: detector.name,
    version: detector.version,
    family: detector.family,
    subject,
    accountKey,
    dealerId: ownerOf(scope, finding, accountKey),
    window,
    strength,
    dataTier: detector.tier,
    evidence: { ...finding.evidence, ...(removes ? { removes } : {}), sql, parameters, sqlHash: sha256([sql, parameters]) },
  };
}

/** Of signals with one id the strongest; all of them the strongest first. */
export const strongestById = <One extends Signal>(signals: readonly One[]): One[] => {
  const weakestFirst = [...signals].sort((a, b) => a.strength - b.strength);
  return [...new Map(weakestFirst.map((signal) => [signal.signalId, signal])).values()].sort((a, b) => b.strength - a.strength);
};

/** A signal as it is told: the key of the account stays inside. */
export function withoutKey(signal: SignalOfAccount): Signal {
  const shown: Signal & { accountKey?: string | null } = { ...signal };
  delete shown.accountKey;
  return shown;
}

/** Who owned the subject over the whole window; null: nobody, or several. */
function ownerOf(scope: DetectorScope, { subject, window }: Finding, accountKey: string | null): string | null {
  if (subject.kind === 'dealer') return subject.dealerId;
  if (accountKey === null) return null;
  const [first, last] = [scope.dealerAt(accountKey, window.from), scope.dealerAt(accountKey, window.to - 1)];
  return first === last ? first : null;
}
