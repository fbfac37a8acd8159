import { showroom, showroomByMonth } from '@app/analytics';
import { Basis, BrandState, DEFAULT_POLICY, Membership, Policy, businessDay, monthPeriod } from '@app/contracts';
import { beginDelivery, ensureBrand, finishDelivery } from '@app/database';
import { ROLLING_ROLLUP, Refreshed, SHOWROOM_ROLLUP, refreshRollups } from '@app/rollup';
import { ViewerKeys, Warehouse, accountKey, entriesTable, sessionsTable } from '@app/warehouse';
import type { EntryDelivery, SessionDelivery, World } from './oracle/showroom-oracle';
import type { TestStores } from './stores';

export const ZONE = 'Asia/Shanghai';
export const MONTHS = ['2026-01', '2026-02', '2026-03'];
export const DATA_INSTANT = Date.parse('2026-04-20T00:00:00Z');
export const dayOf = (ms: number): string => businessDay(ms, ZONE);
export const monthNumber = (ms: number): number => Number(dayOf(ms).slice(0, 7).replace('-', ''));

/** One row of a world with the account that it is of. */
export type Told = { account: string; entry: EntryDelivery } | { account: string; session: SessionDelivery };
export type Figures = Awaited<ReturnType<typeof showroom>>;
export interface Asked {
  month?: string;
  months?: string[];
  grouping?: (account: string) => string;
  memberships?: Membership[];
  basis?: Basis;
  /** At whose end the rolling window lies, where it is before the period's; default: after everything. */
  dataInstant?: number;
}

const NO_SESSION_FIGURES = Object.fromEntries(
  sessionsTable.payload.map((column) => [column, sessionsTable.columns[column].startsWith('Nullable') ? null : '']),
);
const NO_COUNTS = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0 };

/** A brand of its own whose accounts are generated worlds; facts arrive by deliveries, figures come from the roll-ups or from the entries. */
export class RollupWorlds {
  readonly worlds = new Map<string, World>();
  policies: Policy[];
  sentinels = ['111111', '0', ''];
  /** Those that hold. */
  exclusions: NonNullable<BrandState['exclusions']> = [];
  private readonly keys: ViewerKeys;
  private deliveries = 0;

  private constructor(
    private readonly stores: TestStores,
    readonly brandId: number,
    private readonly code: string,
    policy: Policy,
  ) {
    this.keys = new ViewerKeys('a secret of at least thirty-two characters', brandId);
    this.policies = [{ ...policy, version: 1, fromMonth: '1970-01' }];
  }

  static async open(stores: TestStores, code: string, policy: Policy = DEFAULT_POLICY): Promise<RollupWorlds> {
    const { brandId } = await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
    return new RollupWorlds(stores, brandId, code, policy);
  }

  get accounts(): string[] {
    return [...this.worlds.keys()];
  }

  /** Makes an account of a world, of which nothing is delivered yet; answers its rows. */
  add(world: World): Told[] {
    const account = String(accountKey(this.brandId, 'douyin', `${this.code}-${this.worlds.size}`));
    this.worlds.set(account, { ...world, entries: [], sessions: [], raffles: [...world.raffles], staff: [...world.staff] });
    return [...world.sessions.map((session) => ({ account, session })), ...world.entries.map((entry) => ({ account, entry }))];
  }

  /** Delivers rows as one batch, and keeps them in their worlds. */
  async deliver(rows: readonly Told[]): Promise<void> {
    const delivery = await this.begin();
    await this.write(delivery, rows);
    await this.finish(delivery);
  }

  async begin(): Promise<string> {
    const contentHash = `${this.code} ${this.deliveries++}`;
    const start = { brandId: this.brandId, kind: 'entries', source: 'feed', contentHash };
    return (await beginDelivery(this.stores.dataSource, start)).deliveryId;
  }

  async write(deliveryId: string, rows: readonly Told[]): Promise<void> {
    const common = { brand_id: this.brandId, ingested_at: DATA_INSTANT, delivery_id: BigInt(deliveryId) };
    const entries = rows.flatMap((row) => ('entry' in row ? [{ ...common, ...this.entryRow(row) }] : []));
    const sessions = rows.flatMap((row) => ('session' in row ? [{ ...common, ...sessionRow(row) }] : []));
    if (entries.length > 0) await this.stores.warehouse.insert(entriesTable, entries);
    if (sessions.length > 0) await this.stores.warehouse.insert(sessionsTable, sessions);
    for (const row of rows) {
      const world = this.worlds.get(row.account)!;
      if ('entry' in row) world.entries.push(row.entry);
      else world.sessions.push(row.session);
    }
  }

  async finish(deliveryId: string): Promise<void> {
    await finishDelivery(this.stores.dataSource, deliveryId, NO_COUNTS);
  }

  async refresh(months: readonly string[] = MONTHS, { warehouse, dataSource }: Partial<TestStores> = {}): Promise<Refreshed> {
    const stores = { warehouse: warehouse ?? this.stores.warehouse, dataSource: dataSource ?? this.stores.dataSource };
    const brand = { brandId: this.brandId, readState: () => Promise.resolve(this.state()) };
    return (await refreshRollups(stores, [SHOWROOM_ROLLUP, ROLLING_ROLLUP], brand, months))[0];
  }

  /** A month, or whole months together; grouped by account unless asked otherwise. */
  async figures(asked: Asked, stored: boolean, warehouse: Warehouse = this.stores.warehouse): Promise<Figures> {
    const months = asked.months ?? [asked.month!];
    const period = { from: monthPeriod(months[0], ZONE).from, to: monthPeriod(months.at(-1)!, ZONE).to };
    const memberships = asked.memberships ?? this.memberships(period, asked.grouping);
    const { dataInstant = DATA_INSTANT, basis } = asked;
    const rows = await showroom(warehouse, { ...this.common(months[0]), basis, dataInstant, period, memberships, stored });
    return rows.sort((a, b) => (a.group < b.group ? -1 : 1));
  }

  /** The months one by one out of one reading. */
  series(months: string[], stored: boolean, grouping?: (account: string) => string, basis?: Basis): Promise<Figures[]> {
    const asked = months.map((month) => ({ month, memberships: this.memberships(monthPeriod(month, ZONE), grouping) }));
    return showroomByMonth(this.stores.warehouse, { ...this.common(months[0]), basis, months: asked, stored });
  }

  policyOf(month: string): Policy {
    return this.policies.filter((policy) => policy.fromMonth <= month).at(-1)!;
  }

  state(): BrandState {
    return {
      brand: { brandId: this.brandId, code: this.code, name: this.code, zone: ZONE },
      policies: this.policies,
      accounts: this.accounts.map((account) => ({
        accountKey: account,
        platform: 'douyin',
        accountId: account,
        name: account,
        handle: null,
        undeclared: false,
      })),
      ownerships: [],
      placements: [],
      rateCards: [],
      costs: [],
      declarations: this.accounts.flatMap((account) => this.declarationsOf(account)),
      sentinelKeys: this.sentinels.map((id) => String(this.viewerKey(id))),
      exclusions: this.exclusions,
      grantedFrom: {},
    };
  }

  /** Id of an account on its platform. */
  idOf(account: string): string {
    return `${this.code}-${this.accounts.indexOf(account)}`;
  }

  private memberships(period: { from: number; to: number }, grouping = (account: string) => account): Membership[] {
    return this.accounts.map((account) => ({ accountKey: account, group: grouping(account), ...period }));
  }

  private common(month: string) {
    const { brandId } = this;
    return { brandId, zone: ZONE, state: this.state(), policy: this.policyOf(month), dataInstant: DATA_INSTANT };
  }

  private declarationsOf(account: string): BrandState['declarations'] {
    const { raffles, staff } = this.worlds.get(account)!;
    const common = { accountKey: account, dealerId: null, detail: null };
    return [
      ...raffles.map(({ from, to }, at) => ({
        ...common,
        declarationId: `r${account}-${at}`,
        kind: 'raffle' as const,
        from,
        to,
        viewerKeys: [],
      })),
      ...staff.map(({ viewer, from, to }, at) => ({
        ...common,
        declarationId: `s${account}-${at}`,
        kind: 'staff' as const,
        from,
        to,
        viewerKeys: [String(this.viewerKey(viewer))],
      })),
    ];
  }

  viewerKey(viewer: string): bigint {
    return this.keys.keyOf('douyin', viewer)!;
  }

  private entryRow({ account, entry }: { account: string; entry: EntryDelivery }) {
    return {
      month: monthNumber(entry.enteredAt),
      account_key: BigInt(account),
      viewer_key: this.viewerKey(entry.viewer),
      entered_at: entry.enteredAt,
      entry_key: 0n,
      dwell_seconds: entry.dwellSeconds,
      session_id: entry.sessionId,
      entry_id: '',
      traffic_source: '',
      adcode: '',
      device: '',
      is_new_account: null,
      source: entry.source,
      retracted: Number(entry.retracted),
      observed_at: entry.observedAt,
    };
  }
}

function sessionRow({ account, session }: { account: string; session: SessionDelivery }) {
  return {
    ...NO_SESSION_FIGURES,
    account_key: BigInt(account),
    session_id: session.sessionId,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    views: session.uniqueViewers === null ? null : session.uniqueViewers + 3,
    unique_viewers: session.uniqueViewers,
    source: session.source,
    retracted: Number(session.retracted),
    observed_at: session.observedAt,
  };
}
