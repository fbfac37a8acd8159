import { monthNumber, monthText } from '@app/contracts';
import type { BrandState } from '@app/contracts';
import { DeliverySnapshot, deliverySnapshot, policyOf } from '@app/database';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import { readOtherRules } from './other-rules.reader';
import { Progress, readProgress, writeProgress } from './progress';
import type { Rollup } from './rollup';
import { RollupLock } from './rollup-lock';
import { TouchedKeys, readTouchedKeys } from './touched-keys.reader';

/** What a refresh did, per roll-up. */
export interface Refreshed {
  rollup: string;
  /** Keys (account and month) that were computed. */
  keys: number;
  /** The version of the watermark: two equal versions mean equal rows. */
  version: bigint;
  seconds: number;
  /** Everything that was over then is in the rows. */
  deliveries: DeliverySnapshot;
}

/** A moment of a brand's roll-ups: the deliveries that are in them, and the version of each. */
export interface Covered {
  deliveries: DeliverySnapshot;
  versions: Readonly<Record<string, bigint>>;
}

export interface RefreshStores {
  warehouse: Warehouse;
  dataSource: DataSource;
}

export interface RefreshedBrand {
  brandId: number;
  /** The state as it is when it is asked for. */
  readState: () => Promise<BrandState>;
}

/**
 * Brings the roll-ups of a brand up to the deliveries that are closed now: marks → touched keys → recompute → advance the watermark (docs/adr/0008).
 * Keys of `months` whose rules have changed are computed, too. One refresh of a brand runs at a time, in whatever process; the others wait, and then find
 * little to do. Interrupted anywhere, the watermark has not moved and the next refresh does the same again.
 */
export async function refreshRollups(
  stores: RefreshStores,
  rollups: readonly Rollup[],
  brand: RefreshedBrand,
  months: readonly string[] = [],
): Promise<Refreshed[]> {
  return refreshed(stores, rollups, brand, (refresh) => refresh.staleKeys(months));
}

/** Refreshes, and computes the given keys anew whatever the marks say of them: the way back from rows that are not what the facts say. */
export async function recomputeKeys(
  stores: RefreshStores,
  rollups: readonly Rollup[],
  brand: RefreshedBrand,
  keys: readonly { accountKey: string; month: string }[],
): Promise<Refreshed[]> {
  const wanted = new Map<number, string[]>();
  for (const { accountKey, month } of keys) wanted.set(monthNumber(month), [...(wanted.get(monthNumber(month)) ?? []), accountKey]);
  return refreshed(stores, rollups, brand, () => Promise.resolve(wanted));
}

/** So few keys are computed of all roll-ups at once: they share nothing but the store, whose time goes into planning rather than reading then. */
const FEW_KEYS = 500;

/** `more`: keys to compute beside those that the deliveries touch. */
async function refreshed(
  { warehouse, dataSource }: RefreshStores,
  rollups: readonly Rollup[],
  brand: RefreshedBrand,
  more: (refresh: Refresh) => Promise<Map<number, string[]>>,
): Promise<Refreshed[]> {
  const lock = await RollupLock.take(dataSource, brand.brandId);
  try {
    // the state is read under the lock: nobody can compute under older rules after us
    const state = await brand.readState();
    const to = await deliverySnapshot(dataSource);
    const refreshes = rollups.map((rollup) => new Refresh(warehouse, rollup, state, lock));
    const planned = await allOf(refreshes.map((refresh) => refresh.plan(to, more)));
    if (planned.reduce((sum, keys) => sum + keys, 0) <= FEW_KEYS) return await allOf(refreshes.map((refresh) => refresh.run(to)));
    const done: Refreshed[] = [];
    for (const refresh of refreshes) done.push(await refresh.run(to));
    return done;
  } finally {
    await lock.release();
  }
}

/** All of them, or the first failure when none is under way any more: the lock must not go before the work. */
async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

class Refresh {
  private readonly brandId: number;
  private readonly began = performance.now();
  private readonly wanted = new Map<number, Set<string>>();
  private from: Progress;
  private keys = 0;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly rollup: Rollup,
    private readonly state: BrandState,
    private readonly lock: RollupLock,
  ) {
    this.brandId = state.brand.brandId;
  }

  /** Finds what the deliveries touch, and how many keys that are, with `more`. */
  async plan(to: DeliverySnapshot, more: (refresh: Refresh) => Promise<Map<number, string[]>>): Promise<number> {
    const { wanted } = this;
    for (const keys of await allOf<ReadonlyMap<number, Iterable<string>>>([this.touched(to), more(this)]))
      for (const [month, accounts] of keys) wanted.set(month, new Set([...(wanted.get(month) ?? []), ...accounts]));
    return [...wanted.values()].reduce((sum, accounts) => sum + accounts.size, 0);
  }

  private async touched(to: DeliverySnapshot): Promise<TouchedKeys> {
    const { warehouse, rollup, brandId } = this;
    const from = (this.from = await readProgress(warehouse, brandId, rollup.name));
    return isCovered(from, to) ? new Map() : readTouchedKeys(warehouse, rollup, { brandId, zone: this.state.brand.zone, from, to });
  }

  /** After `plan`: computes, and moves the watermark. */
  async run(to: DeliverySnapshot): Promise<Refreshed> {
    const { warehouse, rollup, brandId, wanted, from } = this;
    const version = from.version + 1n;
    // the version is taken before it is used: rows of an interrupted refresh never carry the version of a later one
    if (wanted.size > 0) await writeProgress(warehouse, brandId, rollup.name, { ...from, version });
    for (const [month, accounts] of [...wanted].sort(([a], [b]) => a - b)) await this.month(month, accounts, version);
    const after = { ...to, version: version + 1n };
    const moved = wanted.size > 0 || !isCovered(from, to);
    this.lock.check();
    if (moved) await writeProgress(warehouse, brandId, rollup.name, after);
    return {
      rollup: rollup.name,
      keys: this.keys,
      version: moved ? after.version : from.version,
      seconds: (performance.now() - this.began) / 1000,
      deliveries: to,
    };
  }

  private async month(number: number, accounts: ReadonlySet<string>, version: bigint): Promise<void> {
    this.lock.check();
    const month = monthText(number);
    const policy = policyOf(this.state.policies, month);
    const rulesOf = this.rollup.rules(this.state, policy, month);
    const keys = [...accounts].sort(byNumber).map((accountKey) => ({ accountKey, rules: rulesOf(accountKey) }));
    const previous = version > 1n; // an interrupted refresh, too, has left rows
    await this.rollup.recompute(this.warehouse, { state: this.state, policy, month, accounts: keys, version, previous });
    this.keys += keys.length;
  }

  /** Keys of the asked months that were computed under other rules than those of the state now. */
  async staleKeys(months: readonly string[]): Promise<Map<number, string[]>> {
    const stale = new Map<number, string[]>();
    const rules = new Map(
      months.map((month) => [monthNumber(month), this.rollup.rules(this.state, policyOf(this.state.policies, month), month)]),
    );
    for (const key of await readOtherRules(this.warehouse, this.rollup, this.brandId, rules)) {
      if (rules.get(key.month)!(key.accountKey).toString() === key.rules) continue;
      const changed = stale.get(key.month);
      if (changed) changed.push(key.accountKey);
      else stale.set(key.month, [key.accountKey]);
    }
    return stale;
  }
}

const isCovered = (from: Progress, to: DeliverySnapshot): boolean =>
  from.version > 0n && from.horizon === to.horizon && from.open.join() === to.open.join();

const byNumber = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);
