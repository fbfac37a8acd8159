import { createHash } from 'node:crypto';
import { addMonths, monthNumber } from '@app/contracts';
import type { BrandState, Policy } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { PUBLIC_STATUSES } from '../units.sql';
import { unitParams } from '../value.reader';
import { excludedUnits } from '../../exclusions/exclusions';
import { CLOSE_KEYS, FACT_ROWS, OPEN_KEYS, accountDays } from './account-day.sql';
import type { KeyRules, RollupRecompute } from '../../rollup-recompute';

/** Raised when a formula of the units changes: days computed by another edition are computed again. */
const EDITION = 1;
/** The same of what cases remove: only days of accounts with a list are computed again. */
const REMOVAL_EDITION = 2;
/** So many accounts are computed at once without asking how many facts they have. */
const FEW_ACCOUNTS = 200;
/** Facts that are computed at once: what bounds the store's memory (about 1.5 kB a fact). */
const CHUNK_FACTS = 500_000;

/**
 * What of the state decides the units of a month, as one number: the order of sources, the same for all accounts, and what cases remove. Prices and owners
 * decide none.
 */
export function valueRules(state: BrandState, policy: Policy, month: string): KeyRules {
  const rules = JSON.stringify([EDITION, PUBLIC_STATUSES, state.brand.zone, policy.sourceOrder]);
  const hashOf = (text: string) => createHash('sha256').update(text).digest().readBigUInt64BE();
  const hash = hashOf(rules);
  const lists = excludedUnits(state, month);
  const rulesOf = (accountKey: string) =>
    lists.has(accountKey) ? hashOf(rules + JSON.stringify([REMOVAL_EDITION, lists.get(accountKey)])) : hash;
  return Object.assign(rulesOf, { own: [...lists.keys()] });
}

/**
 * Fills account_day and, around it, rollup_key for one month and some accounts. Whatever it is interrupted at, running it again with a greater version
 * gives the same rows.
 */
export async function recomputeValue(warehouse: Warehouse, input: RollupRecompute): Promise<void> {
  if (input.accounts.length === 0) return;
  const fill = new DayFill(warehouse, input);
  for (const accounts of await fill.chunks()) await fill.days(accounts);
}

class DayFill {
  private readonly params: Record<string, unknown>;
  /** What cases remove in the month, by account. */
  private readonly lists: ReadonlyMap<string, readonly string[]>;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly input: RollupRecompute,
  ) {
    const { state, policy, month, version } = input;
    const window = {
      brandId: state.brand.brandId,
      zone: state.brand.zone,
      fromDay: `${month}-01`,
      toDay: `${addMonths(month, 1)}-01`,
      sourceOrder: policy.sourceOrder,
    };
    this.params = { ...unitParams(window), month: monthNumber(month), version };
    this.lists = excludedUnits(state, month);
  }

  /** Accounts in their order, so that a chunk is a span of the sort key. */
  async chunks(): Promise<RollupRecompute['accounts'][]> {
    const { accounts } = this.input;
    if (accounts.length <= FEW_ACCOUNTS) return [accounts];
    const rows = await this.warehouse.query<{ account: string; facts: string }>({
      name: 'rollup.value_sizes',
      sql: FACT_ROWS,
      params: this.paramsOf(accounts),
      maxSeconds: 600,
    });
    const facts = new Map(rows.map((row) => [row.account, Number(row.facts)]));
    const chunks: RollupRecompute['accounts'][number][][] = [];
    let left = 0;
    for (const account of accounts) {
      left -= facts.get(account.accountKey) ?? 0;
      if (left < 0 || chunks.length === 0) {
        chunks.push([]);
        left = CHUNK_FACTS - (facts.get(account.accountKey) ?? 0);
      }
      chunks[chunks.length - 1].push(account);
    }
    return chunks;
  }

  async days(accounts: RollupRecompute['accounts']): Promise<void> {
    await this.run('rollup.open_value_keys', OPEN_KEYS, accounts);
    for (const excluded of [false, true]) {
      const own =
        this.lists.size > 0 ? accounts.filter(({ accountKey }) => this.lists.has(accountKey) === excluded) : excluded ? [] : accounts;
      if (own.length === 0) continue;
      const sql = accountDays({ previous: this.input.previous, excluded });
      await this.warehouse.runOnShards({ name: 'rollup.account_day', sql, params: this.paramsOf(own), maxSeconds: 600 });
    }
    await this.run('rollup.close_value_keys', CLOSE_KEYS, accounts);
  }

  private run(name: string, sql: string, accounts: RollupRecompute['accounts']): Promise<void> {
    return this.warehouse.run({ name, sql, params: this.paramsOf(accounts), maxSeconds: 600 });
  }

  private paramsOf(accounts: RollupRecompute['accounts']): Record<string, unknown> {
    const exclusions = accounts.flatMap(({ accountKey }) => this.lists.get(accountKey) ?? []).map(BigInt);
    return {
      ...this.params,
      exclusions,
      accounts: accounts.map(({ accountKey }) => BigInt(accountKey)),
      rules: accounts.map(({ rules }) => rules),
    };
  }
}
