import {
  CASE_STATES,
  type CaseOpening,
  type CaseRow,
  type CaseState,
  type CaseSummary,
  type IntegrityCase,
  type Platform,
} from '@app/contracts';
import { recordAct } from '@app/database';
import {
  countCases,
  detectorsOf,
  insertCase,
  listCases,
  lockIntake,
  setClaim,
  setState,
  stepsOf,
  type CaseFilter,
  type CasePlace,
} from './case.repository';
import { CaseDesk, actOn, checkedText, isShown, isShownAppeal, shownTime, type Desk } from './case-desk';
import * as refuse from './case-errors';
import { holdSettlements } from './case-holds';
import { newId, subjectKeyOf, type CaseRecord, type ListedCase } from './case-record';
import { judgeClaim, judgeRelease } from './case-rules';
import { isUndecided } from './case-states';
import { seesAll, type CaseAsker, type CaseStores } from './case-stores';
import { isKnown, touchedBy } from './case-subject';
import { caseOf, rowOf } from './case-view';
import { appealsOf, rectificationsOf } from './effect.repository';
import { knownOf, placeOf } from './grouping';
import { keepFacts } from './legal-holds';
import { CLAIM_MS, REVIEW_DAYS } from './service-times';

/** Which cases, in which order. */
export interface CaseQuery {
  states?: readonly CaseState[];
  platform?: Platform;
  accountId?: string;
  dealerId?: string;
  detector?: string;
  /** Those that the asker has claimed. */
  mine?: boolean;
  order?: CaseFilter['order'];
  /** Part of an id or of the account's name. */
  q?: string;
}

/** What the state store is asked: of names only the state knows whose they are. */
function filterOf(asker: CaseAsker, { state }: Desk, { mine, q, ...filter }: CaseQuery): CaseFilter {
  const text = q?.trim().toLowerCase();
  const named = text ? state.accounts.filter(({ name }) => name?.toLowerCase().includes(text)) : [];
  return {
    ...filter,
    ...(mine ? { claimant: asker.actor } : {}),
    ...(text ? { part: { text, accounts: named.map(({ platform, accountId }) => `${platform}/${accountId}`) } } : {}),
  };
}

/** Longer windows are slips. */
const LONGEST_MS = 400 * 86_400_000;

/** The queue of cases, their pages, and who works on them. */
export class CaseService {
  readonly desk: CaseDesk;

  constructor(private readonly stores: CaseStores) {
    this.desk = new CaseDesk(stores);
  }

  /** Cases that the asker may see: what most is at stake in first, unless another order is asked for. */
  async list(asker: CaseAsker, query: CaseQuery = {}): Promise<CaseRow[]> {
    const desk = await this.desk.at(asker.brand);
    return this.rowsOf(asker, desk, await this.shown(desk, asker, query));
  }

  /** Some of the same list, and how many it has. Of a whole brand no more is read than is shown. */
  async page(asker: CaseAsker, query: CaseQuery, place: CasePlace): Promise<{ rows: CaseRow[]; total: number }> {
    const desk = await this.desk.at(asker.brand);
    if (seesAll(asker)) {
      const filter = filterOf(asker, desk, query);
      const { dataSource } = this.stores;
      const found = await listCases(dataSource, desk.brand.brandId, { ...filter, place });
      return { rows: await this.rowsOf(asker, desk, found), total: await countCases(dataSource, desk.brand.brandId, filter) };
    }
    const shown = await this.shown(desk, asker, query);
    return { rows: await this.rowsOf(asker, desk, shown.slice(place.offset, place.offset + place.limit)), total: shown.length };
  }

  private async rowsOf(asker: CaseAsker, { brand, state }: Desk, shown: readonly ListedCase[]): Promise<CaseRow[]> {
    const caseIds = shown.map(({ caseId }) => caseId);
    const named = await detectorsOf(this.stores.dataSource, brand.brandId, caseIds);
    const all = seesAll(asker);
    return shown.map((record) => {
      const { detectors = [], families = [] } = named.get(record.caseId) ?? {};
      return rowOf(record, { state, all, detectors, families });
    });
  }

  private async shown(desk: Desk, asker: CaseAsker, query: CaseQuery): Promise<ListedCase[]> {
    const found = await listCases(this.stores.dataSource, desk.brand.brandId, filterOf(asker, desk, query));
    return found.filter((record) => isShown(asker, record, desk.state));
  }

  /** One case, whole. Throws not_found. */
  async get(asker: CaseAsker, caseId: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const { dataSource } = this.stores;
    const { brandId } = desk.brand;
    const { record, filed, facts } = await this.desk.open(dataSource, { desk, asker }, caseId);
    const time = shownTime(asker, record, desk.state);
    const parts = {
      filed,
      effects: facts.effects as IntegrityCase['effects'],
      appeals: (await appealsOf(dataSource, brandId, { caseId })).filter((appeal) => isShownAppeal(appeal, { asker, time })),
      rectifications: await rectificationsOf(dataSource, brandId, { caseId }),
      steps: await stepsOf(dataSource, brandId, caseId),
    };
    return caseOf(record, parts, { state: desk.state, all: seesAll(asker), time });
  }

  /** How many cases stand where, of those that the asker may see. */
  async summary(asker: CaseAsker): Promise<CaseSummary> {
    const desk = await this.desk.at(asker.brand);
    const { brandId } = desk.brand;
    const now = this.stores.clock.now();
    const shown = await this.shown(desk, asker, {});
    const ids = new Set(shown.map(({ caseId }) => caseId));
    const undecided = shown.filter(({ state }) => isUndecided(state));
    const appeals = await appealsOf(this.stores.dataSource, brandId, {});
    const orders = await rectificationsOf(this.stores.dataSource, brandId);
    const states = Object.fromEntries(CASE_STATES.map((state) => [state, shown.filter((one) => one.state === state).length]));
    return {
      states: states as CaseSummary['states'],
      late: undecided.filter(({ dueAt }) => dueAt <= now).length,
      unclaimed: undecided.filter(({ claim }) => claim === null || claim.until <= now).length,
      appealsFiled: appeals.filter(({ state, caseId }) => state === 'filed' && ids.has(caseId)).length,
      rectificationsOpen: orders.filter(({ state, caseId }) => state === 'open' && ids.has(caseId)).length,
    };
  }

  /** A person opens a case without a detector, or one is drawn from those that none spoke about. Throws bad_input, and conflict where one is undecided. */
  async openByHand(asker: CaseAsker, { subject, window, origin, reason: given }: CaseOpening): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const { brand, state } = desk;
    const { brandId } = brand;
    const reason = checkedText(given);
    const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
    if (!(to > from) || to - from > LONGEST_MS) throw refuse.badWindow();
    if (!isKnown(subject, state)) throw refuse.unknownSubject();
    const now = this.stores.clock.now();
    const record: CaseRecord = {
      ...{ brandId, caseId: newId('C'), subject, subjectKey: subjectKeyOf(subject), from, to, origin, state: 'open' },
      dealerIds: touchedBy(subject, { from, to }, state).dealerIds,
      ...{ outcome: null, reasonCode: null, fusion: null, riskCny: null, riskEntries: 0, riskVisitors: null, openedAt: now },
      dueAt: await this.desk.due(this.stores.dataSource, desk, REVIEW_DAYS),
      ...{ claim: null, decidedAt: null, decidedBy: null, appealUntil: null, linkedTo: null, holdId: null },
    };
    const step = { step: 'open', actor: asker.actor, reason, to: 'open' as const };
    await this.stores.dataSource.transaction(async (tx) => {
      await lockIntake(tx, brandId);
      const near = await listCases(tx, brandId, { subjectKeys: [record.subjectKey], order: 'opened' });
      const { joins, follows } = placeOf(record, near.map(knownOf));
      if (joins !== null) throw refuse.caseStands(joins);
      await insertCase(tx, { ...record, linkedTo: follows });
      await this.desk.tell(tx, record, step);
      await recordAct(tx, { ...actOn(record, step), before: null, action: 'case.open' });
    });
    await keepFacts(this.stores, state, record.caseId);
    return this.get(asker, record.caseId);
  }

  /** Takes a case: nobody else decides it until the claim runs out or is given back. Claiming one's own again renews it. */
  async claim(asker: CaseAsker, caseId: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const now = this.stores.clock.now();
    await this.desk.act({ desk, asker, caseId }, async (tx, { record, facts }) => {
      const to = judgeClaim(facts, asker, now);
      const step = { step: 'claim', actor: asker.actor, reason: null, to };
      await this.desk.tell(tx, record, step);
      await setState(tx, record, to);
      await setClaim(tx, record, { actor: asker.actor, until: now + CLAIM_MS });
      await holdSettlements(tx, { ...record, state: to }, { actor: asker.actor, zone: desk.brand.zone });
      await recordAct(tx, { ...actOn(record, step), action: 'case.claim' });
    });
    await keepFacts(this.stores, desk.state, caseId);
    return this.get(asker, caseId);
  }

  /** Gives a claim back. */
  async release(asker: CaseAsker, caseId: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    await this.desk.act({ desk, asker, caseId }, async (tx, { record, facts }) => {
      judgeRelease(facts, asker, this.stores.clock.now());
      const step = { step: 'release', actor: asker.actor, reason: null, to: record.state };
      await this.desk.tell(tx, record, step);
      await setClaim(tx, record, null);
      await recordAct(tx, { ...actOn(record, step), action: 'case.release' });
    });
    return this.get(asker, caseId);
  }

  /** A note for other reviewers; it stands in the log of the case and is never told to the dealer. */
  async note(asker: CaseAsker, caseId: string, text: string): Promise<IntegrityCase> {
    const desk = await this.desk.at(asker.brand);
    const reason = checkedText(text, 'text');
    await this.desk.act({ desk, asker, caseId }, async (tx, { record }) => {
      const step = { step: 'note', actor: asker.actor, reason, to: record.state };
      await this.desk.tell(tx, record, step);
      await recordAct(tx, { ...actOn(record, step), action: 'case.note' });
    });
    return this.get(asker, caseId);
  }
}
