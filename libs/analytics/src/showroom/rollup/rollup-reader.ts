import { addMonths, businessMonth, monthNumber, monthPeriod } from '@app/contracts';
import type { Period, Policy } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { keyLinks } from '../key-links.sql';
import { raffleColumns, staffColumns } from '../left-out';
import { EntryPieces } from '../showroom.sql';
import { keptMonth } from './kept-month';
import { EntryExclusions, leftOutEntries } from '../../exclusions/exclusions';
import { KEPT_SETTINGS } from '../../statement-settings';
import type { RollupRecompute } from '../../rollup-recompute';

/** Which entries a statement loads. */
export interface LoadedAccounts {
  accounts: string[];
  load: Period;
}
export interface AccountSize {
  account: string;
  entries: number;
  oneSource: boolean;
}

const FEW_ENTRIES = 300_000;

/** Without FINAL: an upper bound of the month's entries, and every source that ever wrote into it or a month beside it. */
const SIZES = `SELECT
  account_key AS account,
  countIf(month = {month: UInt32}) AS entries,
  uniqExact(source) < 2 AS oneSource
FROM entries
WHERE brand_id = {brandId: UInt32} AND month >= {monthBefore: UInt32} AND month <= {monthAfter: UInt32} AND account_key IN {accounts: Array(UInt64)}
GROUP BY account
${KEPT_SETTINGS}`;

const OVERHANGING = `SELECT DISTINCT account_key AS account
FROM rollup(viewer_month)
WHERE brand_id = {brandId: UInt32} AND month = {keptMonth: UInt32} AND account_key IN {accounts: Array(UInt64)} AND overhang > {reachSeconds: Int64}
${KEPT_SETTINGS}`;

/** How the rows of a recomputation come about. */
interface How {
  /** In the month and those beside it, each account has one source only. */
  oneSource?: boolean;
  /** Without what cases remove. */
  adjusted?: boolean;
}

/** Runs the statements of one recomputation with what they all need. */
export class RollupReader {
  readonly period: Period;
  readonly gapMs: number;
  readonly policy: Policy;
  readonly accounts: string[];
  /** Rows of an earlier computation exist. */
  readonly previous: boolean;
  private readonly staff: ReturnType<typeof staffColumns>;
  private readonly month: number;
  private readonly exclusions: EntryExclusions;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly input: RollupRecompute,
    private readonly how: How = {},
  ) {
    this.policy = input.policy;
    this.period = monthPeriod(input.month, input.state.brand.zone);
    this.gapMs = input.policy.visitGapMinutes * 60_000;
    this.accounts = input.accounts.map(({ accountKey }) => accountKey);
    this.previous = input.previous;
    this.staff = staffColumns(input.state);
    this.month = monthNumber(input.month);
    this.exclusions = leftOutEntries(input.state, how.adjusted ? 'adjusted' : 'raw', this.accounts);
  }

  /** The same without what cases remove, for the accounts that they touch; null: none of these. */
  adjusted(): RollupReader | null {
    const touched = leftOutEntries(this.input.state, 'adjusted', this.accounts);
    const accounts = this.input.accounts.filter(({ accountKey }) => touched.has(accountKey));
    if (accounts.length === 0) return null;
    return new RollupReader(this.warehouse, { ...this.input, accounts }, { ...this.how, adjusted: true });
  }

  async sizes(): Promise<AccountSize[]> {
    const rows = await this.ask<AccountSize>('rollup.sizes', SIZES, this.accounts, this.around());
    return rows.map((row) => ({ account: row.account, entries: Number(row.entries), oneSource: Boolean(row.oneSource) }));
  }

  /** Accounts in their order, so that a chunk is a span of the sort key; those with several sources apart. Every account is in one chunk. */
  chunksOf(sizes: AccountSize[], limit: number): { accounts: string[]; oneSource: boolean }[] {
    const known = new Map(sizes.map((size) => [size.account, size]));
    const all = sizes.reduce((sum, size) => sum + size.entries, 0);
    // what every statement costs before it reads anything is more than merging the sources of so few
    if (all < FEW_ENTRIES) return [{ accounts: this.accounts, oneSource: sizes.every((size) => size.oneSource) }];
    const chunks: { accounts: string[]; oneSource: boolean; entries: number }[] = [];
    for (const oneSource of [true, false]) {
      let chunk: (typeof chunks)[number] | undefined;
      for (const account of this.accounts) {
        const size = known.get(account) ?? { entries: 0, oneSource: true };
        if (size.oneSource !== oneSource) continue;
        if (!chunk || chunk.entries + size.entries > limit) chunks.push((chunk = { accounts: [], oneSource, entries: 0 }));
        chunk.accounts.push(account);
        chunk.entries += size.entries;
      }
    }
    return chunks;
  }

  /** Accounts with a visit that goes on for more than `reachMs` after the month. */
  async overhanging(accounts: string[], reachMs: number): Promise<string[]> {
    return (
      await this.ask<{ account: string }>('rollup.overhanging', OVERHANGING, accounts, { reachSeconds: Math.floor(reachMs / 1000) })
    ).map((row) => row.account);
  }

  ask<Row>(name: string, sql: string, accounts: string[], more: Record<string, unknown> = {}): Promise<Row[]> {
    return this.warehouse.query<Row>({ name, sql, params: { ...this.params(accounts), ...more }, maxSeconds: 600 });
  }

  run(name: string, sql: string, accounts: string[], more: Record<string, unknown> = {}): Promise<void> {
    return this.warehouse.run({ name, sql, params: { ...this.params(accounts), ...more }, maxSeconds: 600 });
  }

  askPieces<Row>(
    name: string,
    sql: (pieces: EntryPieces) => string,
    loaded: LoadedAccounts,
    more: Record<string, unknown> = {},
  ): Promise<Row[]> {
    const { text, params } = this.pieces(sql, loaded, more);
    return this.warehouse.query<Row>({ name, sql: text, params, maxSeconds: 600 });
  }

  runPieces(name: string, sql: (pieces: EntryPieces) => string, loaded: LoadedAccounts, more: Record<string, unknown> = {}): Promise<void> {
    const { text, params } = this.pieces(sql, loaded, more);
    return this.warehouse.runOnShards({ name, sql: text, params, maxSeconds: 600 });
  }

  /** The months beside the month, as YYYYMM. */
  private around(): { monthBefore: number; monthAfter: number } {
    return { monthBefore: monthNumber(addMonths(this.input.month, -1)), monthAfter: monthNumber(addMonths(this.input.month, 1)) };
  }

  private pieces(sql: (pieces: EntryPieces) => string, { accounts, load }: LoadedAccounts, more: Record<string, unknown>) {
    const from = Math.max(0, load.from);
    const [fromMonth, toMonth] = [from, load.to].map((instant) => monthNumber(businessMonth(instant, this.input.state.brand.zone)));
    const { monthBefore, monthAfter } = this.around();
    const raffles = raffleColumns(this.input.state, accounts.map(BigInt), from, load.to);
    const linked = keyLinks(this.input.state.viewerKeyChanges, { from, to: load.to }, { named: this.period.to - 1, acrossAccounts: false });
    const text = sql({
      staff: this.staff.staffViewers.length > 0,
      raffles: raffles.raffleAccounts.length > 0,
      oneSource: this.how.oneSource && fromMonth >= monthBefore && toMonth <= monthAfter,
      previous: this.previous,
      excluded: this.how.adjusted ? 'left-out' : undefined,
      links: linked?.links,
    });
    const loaded = { loadFrom: from, loadTo: load.to, loadFromMonth: fromMonth, loadToMonth: toMonth, ...linked?.params };
    return { text, params: { ...this.params(accounts), ...loaded, ...this.staff, ...raffles, ...more } };
  }

  private params(accounts: string[]): Record<string, unknown> {
    const { input, policy, period } = this;
    return {
      brandId: input.state.brand.brandId,
      zone: input.state.brand.zone,
      month: this.month,
      keptMonth: keptMonth(this.month, this.how.adjusted ?? false),
      exclusions: accounts.flatMap((account) => this.exclusions.get(account) ?? []).map(BigInt),
      accounts: accounts.map(BigInt),
      version: input.version,
      sourceOrder: policy.sourceOrder,
      sentinels: input.state.sentinelKeys.map(BigInt),
      gapMs: this.gapMs,
      minVisits: policy.minVisits,
      minVisitDwellSeconds: policy.minVisitDwellSeconds,
      minSessionMs: policy.minSessionMinutes * 60_000,
      runLength: policy.consecutiveSessions,
      periodFrom: period.from,
      periodTo: period.to,
    };
  }
}
