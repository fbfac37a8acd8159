import { type SeenIds, isSeen, seenBy, toldActor } from '@app/access';
import { closeOf, closedReport, closedRows } from '@app/close';
import {
  sameActor,
  isMonth,
  monthPeriod,
  type Actor,
  type Brand,
  type Close,
  type IncentiveRules,
  type Settlement,
  type SettlementSheet,
} from '@app/contracts';
import {
  StateReader,
  decideSettlement,
  findIncentiveRules,
  findSettlement,
  insertSettlement,
  listHolds,
  listSettlements,
  listSheets,
  listWaivers,
  lockSettlements,
  penaltiesOf,
  recordAct,
  settledByDealer,
} from '@app/database';
import { type BrandScope, type ReportStores, wholeBrand } from '@app/reports';
import type { EntityManager } from 'typeorm';
import { FrozenMonth, dealerFacts } from './dealer-months';
import * as refuse from './settlement-errors';
import { sheetsOf, totalsOf } from './sheets';
import { hashOfSettlement } from './verify-settlements';

/** A settlement with the sheets that the asker may see. */
export interface SettlementWithSheets extends Settlement {
  sheets: SettlementSheet[];
}

interface Computed {
  close: Close;
  rules: IncentiveRules;
  sheets: SettlementSheet[];
  hash: string;
}

/** Settles closed months (docs/adr/0030): prepares sheets out of a close, has another person approve them, pays differences after a restatement. */
export class SettlementService {
  private readonly states: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /** Settlements of the brand, the newest month first. Whoever sees only some accounts learns of approved ones only, without the brand's sums. */
  async list(scope: BrandScope, { brand: code, month }: { brand?: string; month?: string }): Promise<Settlement[]> {
    const brand = await this.states.brand(code);
    const found = await listSettlements(this.stores.dataSource, brand.brandId, month);
    return scope === 'all' ? found : found.filter(({ state }) => state === 'approved').map((one) => partOf(one, scope));
  }

  /** One settlement with its sheets. Throws not_found. */
  async get(scope: BrandScope, settlementId: string, code?: string): Promise<SettlementWithSheets> {
    const brand = await this.states.brand(code);
    const found = await findSettlement(this.stores.dataSource, brand.brandId, settlementId);
    if (!found || (scope !== 'all' && found.state !== 'approved')) throw refuse.unknownSettlement();
    const sheets = await listSheets(this.stores.dataSource, settlementId);
    if (scope === 'all') return { ...found, sheets };
    const visible = await this.visibleDealers(scope, brand, found.month);
    return { ...partOf(found, scope), sheets: sheets.filter(({ dealerId }) => isSeen(visible, dealerId)) };
  }

  /** What the sheets of a month would be now; stores nothing. Throws conflict for a month that is not closed or has no rules. */
  async preview(scope: BrandScope, { brand: code, month }: { brand?: string; month: string }): Promise<SettlementSheet[]> {
    wholeBrand(scope, refuse.SETTLING);
    const brand = await this.states.brand(code);
    const frozen = await this.frozen(brand, month);
    return (await this.compute(this.stores.dataSource.manager, brand, frozen)).sheets;
  }

  /**
   * Prepares the settlement of a closed month; a former draft of the month is withdrawn. Throws conflict when the close is settled and nothing is
   * left to pay, bad_input, not_found.
   */
  async prepare(scope: BrandScope, { brand: code, month }: { brand?: string; month: string }, actor: Actor): Promise<SettlementWithSheets> {
    wholeBrand(scope, refuse.SETTLING);
    const brand = await this.states.brand(code);
    const frozen = await this.frozen(brand, month);
    return this.stores.dataSource.transaction(async (tx) => {
      await lockSettlements(tx, brand.brandId);
      const { close, rules, sheets, hash } = await this.compute(tx, brand, frozen);
      const former = await listSettlements(tx, brand.brandId, month);
      const settled = former.some(({ state }) => state === 'approved');
      if (settled && sheets.every(({ payableCny }) => payableCny === null || Number(payableCny) === 0)) throw refuse.alreadySettled(month);
      const draft = former.find(({ state }) => state === 'draft');
      if (draft) await decideSettlement(tx, draft.settlementId, { state: 'withdrawn', decidedBy: actor, reason: 'prepared again' });
      const made = { month, closeId: close.closeId, closeHash: close.hash, rulesVersion: rules.version, hash, ...totalsOf(sheets) };
      const added = await insertSettlement(tx, brand.brandId, made, { sheets, preparedBy: actor });
      await this.record(tx, brand, actor, { action: 'settlement.prepare', before: draft ?? null, after: added, reason: null });
      return { ...added, sheets };
    });
  }

  /**
   * Approves a draft: from then on its payable amounts count as paid. Another person than who prepared it; `alone`: the operator of the local
   * command line, who acts at once. Throws conflict when close, rules or holds have changed since, forbidden, not_found.
   */
  async approve(
    scope: BrandScope,
    settlementId: string,
    actor: Actor,
    { brand: code, reason, alone = false }: { brand?: string; reason?: string; alone?: boolean },
  ): Promise<Settlement> {
    wholeBrand(scope, refuse.SETTLING);
    const brand = await this.states.brand(code);
    const { month } = await this.draftOf(this.stores.dataSource.manager, brand, settlementId);
    const frozen = await this.frozen(brand, month);
    return this.stores.dataSource.transaction(async (tx) => {
      await lockSettlements(tx, brand.brandId);
      const draft = await this.draftOf(tx, brand, settlementId);
      if (!alone && sameActor(actor, draft.preparedBy)) throw refuse.samePerson();
      if ((await this.compute(tx, brand, frozen)).hash !== draft.hash) throw refuse.stale();
      return this.decide(tx, brand, draft, { state: 'approved', decidedBy: actor, reason: reason ?? null });
    });
  }

  /** Gives a draft up. Throws conflict for one that is decided, not_found. */
  async withdraw(
    scope: BrandScope,
    settlementId: string,
    actor: Actor,
    { brand: code, reason }: { brand?: string; reason?: string },
  ): Promise<Settlement> {
    wholeBrand(scope, refuse.SETTLING);
    const brand = await this.states.brand(code);
    return this.stores.dataSource.transaction(async (tx) => {
      await lockSettlements(tx, brand.brandId);
      const draft = await this.draftOf(tx, brand, settlementId);
      return this.decide(tx, brand, draft, { state: 'withdrawn', decidedBy: actor, reason: reason ?? null });
    });
  }

  private async draftOf(tx: EntityManager, { brandId }: Brand, settlementId: string): Promise<Settlement> {
    const found = await findSettlement(tx, brandId, settlementId);
    if (!found) throw refuse.unknownSettlement();
    if (found.state !== 'draft') throw refuse.notDraft(found.state);
    return found;
  }

  private async decide(
    tx: EntityManager,
    brand: Brand,
    draft: Settlement,
    decision: { state: 'approved' | 'withdrawn'; decidedBy: Actor; reason: string | null },
  ): Promise<Settlement> {
    const decided = await decideSettlement(tx, draft.settlementId, decision);
    if (!decided) throw refuse.notDraft('decided');
    const action = decision.state === 'approved' ? 'settlement.approve' : 'settlement.withdraw';
    await this.record(tx, brand, decision.decidedBy, { action, before: draft, after: decided, reason: decision.reason });
    return decided;
  }

  private async record(
    tx: EntityManager,
    { brandId }: Brand,
    actor: Actor,
    { action, before, after, reason }: { action: string; before: Settlement | null; after: Settlement; reason: string | null },
  ): Promise<void> {
    await recordAct(tx, { brandId, actor, action, subject: `settlement/${after.month}#${after.sequence}`, before, after, reason });
  }

  /** The frozen figures of a closed month. They never change, so they are read outside of the transaction. */
  private async frozen({ brandId }: Brand, month: string): Promise<{ close: Close; figures: FrozenMonth }> {
    if (!isMonth(month)) throw refuse.badMonth();
    const { dataSource, warehouse } = this.stores;
    const close = await closeOf(dataSource, brandId, month);
    if (!close) throw refuse.notClosed(month);
    const dealers = { level: 'dealer', basis: 'adjusted' } as const;
    const [ranking, value, showroom, tiers, accounts] = await Promise.all([
      closedRows<FrozenMonth['ranking'][number]>(warehouse, close, { ...dealers, report: 'ranking' }),
      closedReport<FrozenMonth['value'][number]>(warehouse, close, { ...dealers, report: 'value' }),
      closedRows<FrozenMonth['showroom'][number]>(warehouse, close, { ...dealers, report: 'showroom' }),
      closedRows<FrozenMonth['tiers'][number]>(warehouse, close, { ...dealers, report: 'tiers' }),
      closedReport<FrozenMonth['tiers'][number]>(warehouse, close, { report: 'tiers', level: 'account', basis: 'adjusted' }),
    ]);
    const samples = { month: value.sampleRates, year: accounts.sampleRates };
    return { close, figures: { ranking, value: value.rows, showroom, tiers, accountTiers: accounts.rows, samples } };
  }

  private async compute(
    tx: EntityManager,
    { brandId }: Brand,
    { close, figures }: { close: Close; figures: FrozenMonth },
  ): Promise<Computed> {
    const now = await closeOf(tx, brandId, close.month);
    if (now?.closeId !== close.closeId) throw refuse.stale();
    const rules = await findIncentiveRules(tx, brandId, close.month);
    if (!rules) throw refuse.noRules(close.month);
    const holds = await listHolds(tx, brandId, close.month);
    const waivers = await listWaivers(tx, brandId, close.month);
    const settled = await settledByDealer(tx, brandId, close.month);
    const penalties = await penaltiesOf(tx, brandId, close.month);
    const sheets = sheetsOf({ dealers: dealerFacts(figures, penalties), rules, samples: figures.samples, holds, waivers, settled });
    return { close, rules, sheets, hash: hashOfSettlement(close.hash, rules.version, sheets) };
  }

  /** Dealers that the asker may see all the month. */
  private async visibleDealers(scope: BrandScope, { brandId, zone }: Brand, month: string): Promise<SeenIds> {
    return seenBy(scope, await this.states.state(brandId), monthPeriod(month, zone)).dealers;
  }
}

/** What a dealer is told of a settlement: nothing of the others. */
const partOf = (settlement: Settlement, scope: BrandScope): Settlement => ({
  ...settlement,
  preparedBy: toldActor(settlement.preparedBy, scope),
  decidedBy: settlement.decidedBy && toldActor(settlement.decidedBy, scope),
  totalCny: null,
  payableCny: null,
  heldDealers: null,
  reason: null,
});
