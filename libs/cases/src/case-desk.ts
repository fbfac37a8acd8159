import { isSeen, seenBy } from '@app/access';
import type { BrandScope } from '@app/reports';
import {
  addMonths,
  businessMonth,
  sameActor,
  type Actor,
  type Appeal,
  type Brand,
  type BrandState,
  type CaseState,
  type Period,
} from '@app/contracts';
import { StateReader } from '@app/database';
import type { EntityManager } from 'typeorm';
import { addStep, calendarOf, findCase, signalsOf, type Reads } from './case.repository';
import type { CaseRecord, FiledSignal, ListedCase } from './case-record';
import * as refuse from './case-errors';
import type { CaseFacts } from './case-rules';
import type { CaseAsker, CaseStores } from './case-stores';
import { ownTime, touchedBy } from './case-subject';
import { appealsOf, effectsOf } from './effect.repository';
import { endOfWorkingDay } from './working-days';

/** A case in the hands of whoever works on it: the row, what the rules look at, its findings. */
export interface OpenCase {
  record: CaseRecord;
  facts: CaseFacts;
  filed: FiledSignal[];
}

/** A brand and its state as somebody asks about cases. */
export interface Desk {
  brand: Brand;
  state: BrandState;
}

/** What is written down of one step. */
export interface Step {
  step: string;
  actor: Actor;
  reason: string | null;
  to: CaseState;
  after?: unknown;
}

/** Months whose figures a case is about. */
export function monthsOf({ from, to }: Pick<CaseRecord, 'from' | 'to'>, zone: string): string[] {
  const last = businessMonth(to - 1, zone);
  const months: string[] = [];
  for (let month = businessMonth(from, zone); month <= last; month = addMonths(month, 1)) months.push(month);
  return months;
}

/**
 * The part of a case that the asker may see, as spans of its window: null all of it, none of it where there is no span. An open case that a machine found accuses
 * nobody yet: dealers are told once a person looks at it. Of an account that changed hands inside the window each owner sees their own time, since
 * what is left out and what waits concerns both.
 */
export function shownTime({ scope }: { scope: BrandScope }, record: ListedCase, state: BrandState): Period[] | null {
  if (scope === 'all') return null;
  const { subject, from, to } = record;
  if (subject.kind === 'brand' || record.state === 'open' || (record.origin === 'sample' && record.decidedAt === null)) return [];
  if (subject.kind === 'dealer') return isSeen(seenBy(scope, state, { from, to }).dealers, subject.dealerId) ? null : [];
  return ownTime(record, state, (accountKey, span) => isSeen(seenBy(scope, state, span).accounts, accountKey));
}

/** Whether the asker may see anything of a case. */
export const isShown = (asker: { scope: BrandScope }, record: ListedCase, state: BrandState): boolean =>
  shownTime(asker, record, state)?.length !== 0;

/** Of a case that several dealers see each sees their own objections only, with their files. */
export const isShownAppeal = (
  { filedBy }: Pick<Appeal, 'filedBy'>,
  { asker: { actor }, time }: { asker: Pick<CaseAsker, 'actor'>; time: readonly Period[] | null },
): boolean => time === null || sameActor(filedBy, actor);

/** Opens cases for the services: what they are, who may see them, how their steps are written down. */
export class CaseDesk {
  private readonly states: StateReader;

  constructor(readonly stores: CaseStores) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  async at(code?: string): Promise<Desk> {
    const brand = await this.states.brand(code);
    return { brand, state: await this.states.state(brand.brandId) };
  }

  /** A case as it is now; `lock`: held until the transaction ends. Throws not_found for one that the asker may not see. */
  async open(
    reads: Reads,
    { desk, asker, lock = false }: { desk: Desk; asker: Pick<CaseAsker, 'scope'>; lock?: boolean },
    caseId: string,
  ): Promise<OpenCase> {
    const { brandId } = desk.brand;
    const record = await findCase(reads, brandId, caseId, { lock });
    if (!record || !isShown(asker, record, desk.state)) throw refuse.unknownCase();
    const filed = await signalsOf(reads, brandId, caseId);
    const effects = await effectsOf(reads, brandId, caseId);
    const appeals = await appealsOf(reads, brandId, { caseId });
    const touched = touchedBy(record.subject, record, desk.state);
    const facts: CaseFacts = {
      ...touched,
      ...{ state: record.state, claim: record.claim, decidedBy: record.decidedBy, reasonCode: record.reasonCode },
      ...{ attributable: record.fusion?.attributable ?? null, appealUntil: record.appealUntil, effects, appeals },
      findings: filed.map(({ signal, stands }) => ({ signalId: signal.signalId, stands })),
    };
    return { record, facts, filed };
  }

  /** Opens a case, and does something to it in one transaction. */
  act<Result>(
    { desk, asker, caseId }: { desk: Desk; asker: Pick<CaseAsker, 'scope'>; caseId: string },
    work: (tx: EntityManager, opened: OpenCase) => Promise<Result>,
  ): Promise<Result> {
    return this.stores.dataSource.transaction(async (tx) => work(tx, await this.open(tx, { desk, asker, lock: true }, caseId)));
  }

  /** Writes a step into the log of the case. The act in the audit log is the caller's, as the last thing in its transaction. */
  tell(tx: EntityManager, record: CaseRecord, { step, actor, reason, to }: Step): Promise<void> {
    return addStep(tx, record, { actor, step, from: record.state, to, reason });
  }

  /** The end of the working day so many working days after now. */
  async due(reads: Reads, { brand }: Desk, days: number): Promise<number> {
    return endOfWorkingDay(this.stores.clock.now(), days, { zone: brand.zone, calendar: await calendarOf(reads, brand.brandId) });
  }
}

const MOST_TEXT = 2000;

/** Text that is kept for ever: not blank, not endless. Throws bad_input. */
export function checkedText(text: string, field = 'reason'): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MOST_TEXT) throw refuse.noReason(field);
  return trimmed;
}

/** The act of a step, without what it is called: each is named where it is done. */
export const actOn = ({ brandId, caseId, state }: CaseRecord, { actor, reason, to, after }: Step) => ({
  ...{ brandId, actor, subject: `case/${caseId}`, before: { state }, reason },
  after: { state: to, ...(after === undefined ? {} : { more: after }) },
});
