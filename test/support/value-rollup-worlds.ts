import { SessionCounts, ValueUnitRow, ValueWindow, readSessionCounts, readValueUnits } from '@app/analytics';
import { BrandState, Policy, RateCard, addMonths } from '@app/contracts';
import { beginDelivery, ensureBrand, finishDelivery, heartbeat } from '@app/database';
import { Refreshed, VALUE_ROLLUP, refreshRollups } from '@app/rollup';
import { FactRow, FactTable, accountKey } from '@app/warehouse';
import type { ValueWorld } from './oracle/value-oracle';
import { PlacedValue, seeded, valueRows } from './oracle/value-worlds';
import type { TestStores } from './stores';

/** One row of a fact table that is to be delivered. */
export interface ToldFact {
  table: FactTable;
  row: FactRow;
}
export interface ValueFiguresAsked {
  fromDay: string;
  toDay: string;
  edges?: readonly string[];
  accountKeys?: readonly string[];
}
export interface ValueRead {
  units: ValueUnitRow[];
  sessions: SessionCounts[];
}

const NO_COUNTS = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };
const DAY_MS = 86_400_000;

/** A brand of its own whose accounts are generated worlds; facts arrive by deliveries, units come from the kept days or from the facts. */
export class ValueRollupWorlds {
  readonly placed: PlacedValue[] = [];
  cards: RateCard[] = [];
  private deliveries = 0;
  private readonly alive = new Map<string, NodeJS.Timeout>();

  private constructor(
    private readonly stores: TestStores,
    readonly brandId: number,
    private readonly code: string,
    readonly zone: string,
    public policies: Policy[],
  ) {}

  static async open(stores: TestStores, code: string, zone: string, policies: Policy[]): Promise<ValueRollupWorlds> {
    const { brandId } = await ensureBrand(stores.dataSource, { code, name: code, zone });
    return new ValueRollupWorlds(stores, brandId, code, zone, policies);
  }

  /** Makes accounts of worlds, of which nothing is delivered yet; answers their rows. */
  async add(worlds: readonly ValueWorld[]): Promise<ToldFact[]> {
    const placed = worlds.map((world, at) => ({ world, accountId: `${this.code}-${this.placed.length + at}` }));
    this.placed.push(...placed);
    await this.stores.warehouse.insertRows(
      'account_keys',
      placed.map((own) => ({
        brand_id: this.brandId,
        account_key: this.keyOf(own),
        platform: own.world.platform,
        account_id: own.accountId,
      })),
    );
    return valueRows(this.brandId, placed).flatMap(([table, rows]) => rows.map((row) => ({ table, row })));
  }

  keyOf({ world, accountId }: PlacedValue): string {
    return String(accountKey(this.brandId, world.platform, accountId));
  }

  /** Delivers rows as one batch. */
  async deliver(facts: readonly ToldFact[]): Promise<void> {
    const delivery = await this.begin();
    await this.write(delivery, facts);
    await this.finish(delivery);
  }

  async begin(): Promise<string> {
    const contentHash = `${this.code} ${this.deliveries++}`;
    const start = { brandId: this.brandId, kind: 'sessions', source: 'feed', contentHash };
    const { deliveryId } = await beginDelivery(this.stores.dataSource, start);
    this.alive.set(deliveryId, setInterval(() => void heartbeat(this.stores.dataSource, deliveryId).catch(() => undefined), 8000).unref());
    return deliveryId;
  }

  async write(deliveryId: string, facts: readonly ToldFact[]): Promise<void> {
    for (const table of new Set(facts.map((fact) => fact.table))) {
      const rows = facts.filter((fact) => fact.table === table).map(({ row }) => ({ ...row, delivery_id: BigInt(deliveryId) }));
      await this.stores.warehouse.insert(table, rows);
    }
  }

  finish(deliveryId: string): Promise<void> {
    clearInterval(this.alive.get(deliveryId));
    return finishDelivery(this.stores.dataSource, deliveryId, NO_COUNTS);
  }

  async refresh(months: readonly string[] = []): Promise<Refreshed> {
    const brand = { brandId: this.brandId, readState: () => Promise.resolve(this.state()) };
    return (await refreshRollups(this.stores, [VALUE_ROLLUP], brand, months))[0];
  }

  policyOf(month: string): Policy {
    return this.policies.filter((policy) => policy.fromMonth <= month).at(-1)!;
  }

  /** Units and sessions of days under the policy of the last one's month. */
  async read({ fromDay, toDay, edges = [fromDay], accountKeys }: ValueFiguresAsked, stored: boolean): Promise<ValueRead> {
    const policy = this.policyOf(new Date(Date.parse(toDay) - DAY_MS).toISOString().slice(0, 7));
    const { brandId, zone } = this;
    const window: ValueWindow = {
      brandId,
      zone,
      fromDay,
      toDay,
      sourceOrder: policy.sourceOrder,
      stored,
      ...(accountKeys && { accountKeys }),
    };
    const [units, sessions] = await Promise.all([
      readValueUnits(this.stores.warehouse, window, this.cards, edges),
      readSessionCounts(this.stores.warehouse, window, policy.cadenceMinSessionMinutes, edges),
    ]);
    return { units, sessions };
  }

  readMonth(month: string, stored: boolean): Promise<ValueRead> {
    return this.read({ fromDay: `${month}-01`, toDay: `${addMonths(month, 1)}-01` }, stored);
  }

  private state(): BrandState {
    const { brandId, code, zone, policies, cards } = this;
    return {
      brand: { brandId, code, name: code, zone },
      policies,
      accounts: [],
      ownerships: [],
      placements: [],
      rateCards: cards,
      costs: [],
      declarations: [],
      sentinelKeys: [],
      grantedFrom: {},
    };
  }
}

/** A world in which sessions and leads also move over months and sessions end at all kinds of instants, or nobody knows when. */
export function restless(world: ValueWorld, seed: number): ValueWorld {
  const random = seeded(seed);
  const moved = (ms: number): number => (random() < 0.3 ? ms + Math.floor((random() - 0.5) * 60) * DAY_MS : ms);
  const length = (): number => [0, 59_999, 1_799_999, 1_800_000, 7_200_000, 3 * DAY_MS, 50 * DAY_MS][Math.floor(random() * 7)];
  return {
    ...world,
    sessions: world.sessions.map((told) => {
      const startedAt = moved(told.startedAt);
      return { ...told, startedAt, endedAt: random() < 0.3 ? null : startedAt + length() };
    }),
    leads: world.leads.map((told) => ({ ...told, day: new Date(moved(Date.parse(told.day))).toISOString().slice(0, 10) })),
  };
}
