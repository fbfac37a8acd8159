import { isMonth, type Actor, type HoldCause, type IncentiveRules, type PlacedHold, type SettlementWaiver } from '@app/contracts';
import {
  StateReader,
  findIncentiveRules,
  insertHold,
  insertIncentiveRules,
  insertWaiver,
  listHolds,
  listIncentiveRules,
  listSettlements,
  listWaivers,
  lockSettlements,
  recordAct,
  releaseHold,
} from '@app/database';
import { type BrandScope, type ReportStores, wholeBrand } from '@app/reports';
import { readIncentives } from './incentive-rules';
import * as refuse from './settlement-errors';

const LONGEST = 500;

/** The rules that settlements follow, and what holds them back. */
export class IncentiveService {
  private readonly states: StateReader;

  constructor(private readonly stores: ReportStores) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /** Every version, the newest first. */
  async rules(brand?: string): Promise<IncentiveRules[]> {
    return listIncentiveRules(this.stores.dataSource, (await this.states.brand(brand)).brandId);
  }

  /** Stores a new version; months from its first one on follow it. Throws bad_input with every fault, conflict when a settled month would change. */
  async setRules(
    scope: BrandScope,
    given: unknown,
    actor: Actor,
    { brand, reason }: { brand?: string; reason?: string } = {},
  ): Promise<IncentiveRules> {
    wholeBrand(scope, refuse.SETTLING);
    const draft = readIncentives(given);
    const { brandId } = await this.states.brand(brand);
    return this.stores.dataSource.transaction(async (tx) => {
      await lockSettlements(tx, brandId);
      const [last] = (await listSettlements(tx, brandId)).filter(({ state }) => state === 'approved');
      if (last && last.month >= draft.fromMonth) throw refuse.rulesRuleSettled(last.month);
      const before = (await listIncentiveRules(tx, brandId)).find(({ fromMonth }) => fromMonth === draft.fromMonth) ?? null;
      const after = await insertIncentiveRules(tx, brandId, draft, actor);
      await recordAct(tx, {
        brandId,
        actor,
        action: 'incentive-rules.set',
        subject: `incentive-rules/${draft.fromMonth}`,
        before,
        after,
        reason: reason ?? null,
      });
      return after;
    });
  }

  /** Holds of the brand, the newest first; `month`: those that hold it now. Whoever does not see the whole brand is told of none. */
  async holds(scope: BrandScope, { brand, month }: { brand?: string; month?: string } = {}): Promise<PlacedHold[]> {
    wholeBrand(scope, refuse.SETTLING);
    return listHolds(this.stores.dataSource, (await this.states.brand(brand)).brandId, month);
  }

  /** Holds a dealer's settlements of a month, or of every month, until it is released. Throws bad_input without a reason, not_found for an unknown dealer. */
  async hold(
    scope: BrandScope,
    { brand, ...wanted }: { brand?: string; dealerId: string; month?: string; cause?: PlacedHold['cause']; about?: string; reason: string },
    actor: Actor,
  ): Promise<PlacedHold> {
    wholeBrand(scope, refuse.SETTLING);
    if (wanted.month !== undefined && !isMonth(wanted.month)) throw refuse.badMonth();
    const reason = checkedReason(wanted.reason);
    const { brandId } = await this.states.brand(brand);
    await this.assertDealer(brandId, wanted.dealerId);
    const cause: Extract<HoldCause, 'case' | 'appeal' | 'manual'> = wanted.cause ?? 'manual';
    return this.stores.dataSource.transaction(async (tx) => {
      await lockSettlements(tx, brandId);
      const hold = { dealerId: wanted.dealerId, month: wanted.month ?? null, cause, about: wanted.about ?? null, reason };
      const after = await insertHold(tx, brandId, hold, actor);
      await recordAct(tx, { brandId, actor, action: 'settlement.hold', subject: `dealer/${hold.dealerId}`, before: null, after, reason });
      return after;
    });
  }

  /** Ends a hold: the next settlement of the month pays what was held. Throws bad_input without a reason, not_found. */
  async release(
    scope: BrandScope,
    holdId: string,
    actor: Actor,
    { brand, reason }: { brand?: string; reason: string },
  ): Promise<PlacedHold> {
    wholeBrand(scope, refuse.SETTLING);
    const releaseReason = checkedReason(reason);
    const { brandId } = await this.states.brand(brand);
    return this.stores.dataSource.transaction(async (tx) => {
      await lockSettlements(tx, brandId);
      const after = await releaseHold(tx, brandId, holdId, { releasedBy: actor, releaseReason });
      if (!after) throw refuse.unknownHold();
      await recordAct(tx, {
        brandId,
        actor,
        action: 'settlement.release',
        subject: `dealer/${after.dealerId}`,
        before: null,
        after,
        reason: releaseReason,
      });
      return after;
    });
  }

  /** Waivers of the brand, the newest first. Whoever does not see the whole brand is told of none. */
  async waivers(scope: BrandScope, { brand, month }: { brand?: string; month?: string } = {}): Promise<SettlementWaiver[]> {
    wholeBrand(scope, refuse.SETTLING);
    return listWaivers(this.stores.dataSource, (await this.states.brand(brand)).brandId, month);
  }

  /**
   * Lets a rule whose figure is unknown give a dealer nothing in a month, so that the rest is paid: the next settlement of the month says so, with the
   * reason. It changes nothing where the figure is known. Throws bad_input, conflict for a rule that is waived already, not_found.
   */
  async waive(
    scope: BrandScope,
    { brand, ...wanted }: { brand?: string; dealerId: string; month: string; ruleId: string; reason: string },
    actor: Actor,
  ): Promise<SettlementWaiver> {
    wholeBrand(scope, refuse.SETTLING);
    const { dealerId, month, ruleId } = wanted;
    if (!isMonth(month)) throw refuse.badMonth();
    const reason = checkedReason(wanted.reason);
    const { brandId } = await this.states.brand(brand);
    await this.assertDealer(brandId, dealerId);
    return this.stores.dataSource.transaction(async (tx) => {
      await lockSettlements(tx, brandId);
      const rules = await findIncentiveRules(tx, brandId, month);
      if (!rules?.rules.some((rule) => rule.ruleId === ruleId)) throw refuse.unknownRule(ruleId, month);
      const after = await insertWaiver(tx, brandId, { dealerId, month, ruleId, reason }, actor);
      if (!after) throw refuse.alreadyWaived(ruleId);
      await recordAct(tx, { brandId, actor, action: 'settlement.waive', subject: `dealer/${dealerId}`, before: null, after, reason });
      return after;
    });
  }

  private async assertDealer(brandId: number, wanted: string): Promise<void> {
    const { placements } = await this.states.state(brandId);
    if (!placements.some(({ dealerId }) => dealerId === wanted)) throw refuse.unknownDealer(wanted);
  }
}

function checkedReason(reason: string): string {
  const text = reason.trim();
  if (text === '' || text.length > LONGEST) throw refuse.noReason();
  return text;
}
