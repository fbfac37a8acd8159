import type { CaseRow, CaseState, SignalSubject } from '@app/contracts';

/** How a state is marked: severity has its own scale, apart from up and down. */
export const toneOf = (state: CaseState): 'open' | 'bad' | 'good' | 'neutral' => {
  if (state === 'confirmed' || state === 'upheld') return 'bad';
  if (state === 'dismissed' || state === 'overturned') return 'good';
  return state === 'open' || state === 'in_review' || state === 'appealed' ? 'open' : 'neutral';
};

/** Only what an auditor has confirmed may be called inflated; before that it is to be explained. */
export const isConfirmed = ({ state, outcome }: Pick<CaseRow, 'state' | 'outcome'>): boolean =>
  outcome === 'confirmed' && state !== 'overturned' && state !== 'open' && state !== 'in_review';

/** Can somebody decide it now? */
export const isUndecided = (state: CaseState): boolean => state === 'open' || state === 'in_review';

/** A text that names a subject where nothing better is known. */
export function subjectText(subject: SignalSubject): string {
  if (subject.kind === 'session') return `${subject.accountId} · ${subject.sessionId}`;
  if (subject.kind === 'account') return subject.accountId;
  return subject.kind === 'dealer' ? subject.dealerId : '';
}

/** The account of a subject; null for dealers and the brand. */
export const accountOfSubject = (subject: SignalSubject) =>
  subject.kind === 'session' || subject.kind === 'account' ? { platform: subject.platform, accountId: subject.accountId } : null;

/** Whole hours until an instant; negative: it is past. */
export const hoursUntil = (iso: string, now: number): number => Math.floor((Date.parse(iso) - now) / 3_600_000);
