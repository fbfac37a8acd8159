import { monthNumber, monthText } from '@app/contracts';
import type { BrandState } from '@app/contracts';
import { DeliverySnapshot, deliverySnapshot, policyOf } from '@app/database';
import type { Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import { Progress, readProgress, writeProgress } from './progress';
import type { Rollup } from './rollup';
import { RollupLock } from './rollup-lock';
import { readRules, readTouchedKeys } from './touched-keys.reader';

/** What a refresh did, per roll-up. */
export interface Refreshed {
  rollup: string;
  /** Keys (account and month) that were computed. */
  keys: number;
  /** The version of the watermark: two equal versions mean equal rows. */
  version: bigint;
  seconds: number;
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
  return refreshed(stores, rollups, brand, (refresh, to) => refresh.run(to, (known) => known.staleKeys(months)));
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
  return refreshed(stores, rollups, brand, (refresh, to) => refresh.run(to, () => Promise.resolve(wanted)));
}

async function refreshed(
  { warehouse, dataSource }: RefreshStores,
  rollups: readonly Rollup[],
  brand: RefreshedBrand,
  run: (refresh: Refresh, to: DeliverySnapshot) => Promise<Refreshed>,
): Promise<Refreshed[]> {
  const lock = await RollupLock.take(dataSource, brand.brandId);
  try {
    // the state is read under the lock: nobody can compute under older rules after us
    const state = await brand.readState();
    const to = await deliverySnapshot(dataSource);
    const done: Refreshed[] = [];
    for (const rollup of rollups) done.push(await run(new Refresh(warehouse, rollup, state, lock), to));
    return done;
  } finally {
    await lock.release();
  }
}

class Refresh {
  private readonly brandId: number;
  private keys = 0;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly rollup: Rollup,
    private readonly state: BrandState,
    private readonly lock: RollupLock,
  ) {
    this.brandId = state.brand.brandId;
  }

  /** `more`: keys to compute beside those that the deliveries touch. */
  async run(to: DeliverySnapshot, more: (refresh: Refresh) => Promise<Map<number, string[]>>): Promise<Refreshed> {
    const began = performance.now();
    const { warehouse, rollup, brandId } = this;
    const from = await readProgress(warehouse, brandId, rollup.name);
    const [touched, stale] = await Promise.all([
      isCovered(from, to)
        ? new Map<number, Set<string>>()
        : readTouchedKeys(warehouse, rollup, { brandId, zone: this.state.brand.zone, from, to }),
      more(this),
    ]);
    const version = from.version + 1n;
    const wanted = [...new Set([...touched.keys(), ...stale.keys()])].sort((a, b) => a - b);
    // the version is taken before it is used: rows of an interrupted refresh never carry the version of a later one
    if (wanted.length > 0) await writeProgress(warehouse, brandId, rollup.name, { ...from, version });
    for (const month of wanted) await this.month(month, new Set([...(touched.get(month) ?? []), ...(stale.get(month) ?? [])]), version);
    const after = { ...to, version: version + 1n };
    const moved = wanted.length > 0 || !isCovered(from, to);
    this.lock.check();
    if (moved) await writeProgress(warehouse, brandId, rollup.name, after);
    return {
      rollup: rollup.name,
      keys: this.keys,
      version: moved ? after.version : from.version,
      seconds: (performance.now() - began) / 1000,
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
    const known = await readRules(this.warehouse, this.rollup, this.brandId, months.map(monthNumber));
    for (const month of months) {
      const rulesOf = this.rollup.rules(this.state, policyOf(this.state.policies, month), month);
      const computed = known.get(monthNumber(month))!;
      const changed = [...computed]
        .filter(([accountKey, rules]) => rulesOf(accountKey).toString() !== rules)
        .map(([accountKey]) => accountKey);
      if (changed.length > 0) stale.set(monthNumber(month), changed);
    }
    return stale;
  }
}

const isCovered = (from: Progress, to: DeliverySnapshot): boolean =>
  from.version > 0n && from.horizon === to.horizon && from.open.join() === to.open.join();

const byNumber = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : 1);
