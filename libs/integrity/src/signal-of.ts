import { createHash } from 'node:crypto';
import type { Signal, SignalSubject } from '@app/contracts';
import type { SignalOfAccount } from '@app/database';
import { statementText } from '@app/warehouse';
import type { Detector, DetectorScope, Finding } from './detector';

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

/** A detector's finding as a signal: its id out of detector, version, subject and window, the owner of its time, the statement as it can be run by hand. */
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
  return {
    signalId: sha256([scope.brandId, detector.name, detector.version, subjectParts(subject), window.from, window.to]).slice(0, 32),
    detector: detector.name,
    version: detector.version,
    family: detector.family,
    subject,
    accountKey,
    dealerId: ownerOf(scope, finding, accountKey),
    window,
    strength,
    dataTier: detector.tier,
    evidence: { ...finding.evidence, sql, sqlHash: sha256([sql, finding.evidence.parameters]) },
  };
}

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
