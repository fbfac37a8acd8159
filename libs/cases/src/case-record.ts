import { randomInt } from 'node:crypto';
import type { Actor, CaseOrigin, CaseOutcome, CaseState, Fusion, Signal, SignalSubject } from '@app/contracts';

/** A fused answer as it is kept: what its findings remove stands with them alone. */
export type KeptFusion = Omit<Fusion, 'removes'>;

/** A case as its row says; instants epoch ms. Findings, effects and appeals stand in tables of their own. */
export interface CaseRecord {
  brandId: number;
  caseId: string;
  subject: SignalSubject;
  subjectKey: string;
  dealerIds: string[];
  from: number;
  to: number;
  origin: CaseOrigin;
  state: CaseState;
  outcome: CaseOutcome | null;
  reasonCode: string | null;
  fusion: KeptFusion | null;
  riskCny: string | null;
  riskEntries: number;
  riskVisitors: number | null;
  openedAt: number;
  dueAt: number;
  claim: { actor: Actor; until: number } | null;
  decidedAt: number | null;
  decidedBy: Actor | null;
  appealUntil: number | null;
  linkedTo: string | null;
  holdId: string | null;
}

/** A case as lists need it: of the fused answer only what rows show. */
export type ListedCase = Omit<CaseRecord, 'fusion'> & { fusion: Pick<KeptFusion, 'inorganic' | 'attributable' | 'level' | 'tier'> | null };

/** A finding of a case: the signal as it was when it joined. */
export interface FiledSignal {
  signal: Signal;
  stands: boolean;
}

/** Crockford's letters: none that are taken for another. Numbers in a row would tell a dealer how many cases the brand has. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `C-` of a case, `A-` of an appeal, `F-` of a file, `R-` of a rectification order. */
export const newId = (kind: 'C' | 'A' | 'F' | 'R'): string =>
  `${kind}-${Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;

/** One subject, one text. */
export function subjectKeyOf(subject: SignalSubject): string {
  switch (subject.kind) {
    case 'session':
      return JSON.stringify(['session', subject.platform, subject.accountId, subject.sessionId]);
    case 'account':
      return JSON.stringify(['account', subject.platform, subject.accountId]);
    case 'dealer':
      return JSON.stringify(['dealer', subject.dealerId]);
    case 'brand':
      return JSON.stringify(['brand']);
  }
}
