import { createHash } from 'node:crypto';
import type { Bilingual, Brand, BrandState } from '@app/contracts';
import { MAY_STILL_WRITE, StateReader, dataInstant } from '@app/database';
import { Covered, KeptMarks, RollupKeeper } from '@app/rollup';
import type { Warehouse } from '@app/warehouse';
import { instantAsked, readPastBrand } from './as-of';
import { withUndeclared } from './brand-facts.reader';
import type { ReportStores } from './report-stores';

/** Everything of a brand that an answer starts from, at one moment. */
export interface Snapshot {
  brand: Brand;
  state: BrandState;
  dataInstant: number;
  /** Changes with facts and state. */
  fingerprint: string;
  /** Changes with everything that no delivery tells: the state, and the days that a collector saw. */
  declared: string;
  /** Reads the facts of the moment. */
  warehouse: Warehouse;
  /** What the answer says about the moment. */
  notes: Bilingual[];
  /** What decides whether roll-ups have anything to do; null: a question about the past, which no roll-up knows. */
  marks: KeptMarks | null;
}

// count and greatest: an id is given out before it is committed, so that the greatest alone can stay the same
const MARKS = `SELECT
  (SELECT coalesce(max(delivery_id), 0) FROM delivery) || ':' || (
    SELECT coalesce(string_agg(delivery_id::text, ',' ORDER BY delivery_id), '')
    FROM delivery
    WHERE ${MAY_STILL_WRITE}
  ) AS deliveries,
  (SELECT count(*) || ':' || coalesce(max(version_id), 0) FROM state_version WHERE brand_id = $1) || ':' || (
    -- connections have no versions; what is expected of accounts follows from them
    SELECT count(*) || ':' || coalesce(sum(cardinality(account_ids)), 0) || ':' || coalesce(max(granted_at)::text, '')
    FROM platform_grant
    WHERE brand_id = $1
  ) AS state`;

const COLLECTED = `SELECT
  toString(count()) AS days,
  toString(max(observed_at)) AS latest
FROM collection_days
WHERE brand_id = {brandId: UInt32}`;

interface KnownState {
  /** Version of the state. */
  mark: string;
  declared: Promise<BrandState>;
  /** With the accounts that only facts know, as of these deliveries. */
  deliveries: string;
  state: Promise<BrandState>;
}

/** Reads the state of a brand once for as long as nothing changes, and brings the roll-ups up to it. */
export class Snapshots {
  readonly reader: StateReader;
  private readonly keeper: RollupKeeper;
  private readonly known = new Map<number, KnownState>();

  constructor(private readonly stores: ReportStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
    this.keeper = new RollupKeeper(stores, {
      marks: (brandId) => this.marks(brandId),
      state: async (brandId) => this.stateOf(brandId, await this.marks(brandId)),
    });
  }

  /** As of an instant (ISO 8601 or epoch ms), out of the histories of both stores. */
  async asOf(code: string | undefined, asked: string): Promise<Snapshot> {
    const { instant, ...past } = await readPastBrand(this.stores, this.reader, { brand: code, asOf: instantAsked(asked) });
    const fingerprint = `as of ${past.brand.brandId} ${instant}`;
    return { ...past, dataInstant: instant, fingerprint, declared: fingerprint, marks: null };
  }

  async take(code?: string): Promise<Snapshot> {
    const { warehouse, dataSource, clock } = this.stores;
    const brand = await this.reader.brand(code);
    const [marks, instant, collected] = await Promise.all([
      this.marks(brand.brandId),
      dataInstant(dataSource, clock.now(), brand.brandId),
      collectedMark(warehouse, brand.brandId),
    ]);
    const state = await this.stateOf(brand.brandId, marks);
    return {
      brand,
      state,
      dataInstant: instant,
      fingerprint: hashed([marks, collected]),
      declared: hashed([marks.state, collected]),
      warehouse,
      notes: [],
      marks,
    };
  }

  /**
   * Roll-ups that hold every delivery that was closed when the snapshot was taken, under today's rules in the given months (`2026-10`). Answers what they
   * hold; null: a question about the past.
   */
  async refresh({ brand, marks }: Snapshot, months: readonly string[]): Promise<Covered | null> {
    return marks && this.keeper.keep(brand.brandId, marks, months);
  }

  private async marks(brandId: number): Promise<KeptMarks> {
    const [marks] = (await this.stores.dataSource.query(MARKS, [brandId])) as KeptMarks[];
    return marks;
  }

  /** What is declared is read when it has changed; which accounts only facts know, after each delivery. */
  private stateOf(brandId: number, { state: mark, deliveries }: KeptMarks): Promise<BrandState> {
    const known = this.known.get(brandId);
    if (known?.mark === mark && known.deliveries === deliveries) return known.state;
    const declared = known?.mark === mark ? known.declared : this.reader.state(brandId);
    const state = declared.then((own) => withUndeclared(this.stores.warehouse, own)).then((now) => sameState(known, mark, now));
    const next = { mark, declared, deliveries, state };
    this.known.set(brandId, next);
    state.catch(() => {
      if (this.known.get(brandId) === next) this.known.delete(brandId);
    });
    return state;
  }
}

/** The state of before where nothing but facts of known accounts came: what was listed of it stays known. */
async function sameState(known: KnownState | undefined, mark: string, now: BrandState): Promise<BrandState> {
  if (known?.mark !== mark) return now;
  const before = await known.state.catch(() => null);
  return before !== null && sameAccounts(before, now) ? before : now;
}

// not by their number: an import that is undone takes an account away, and the corrected file brings another one
const sameAccounts = ({ accounts: before }: BrandState, { accounts: now }: BrandState): boolean =>
  before.length === now.length && before.every(({ accountKey }, at) => accountKey === now[at].accountKey);

const hashed = (marks: unknown[]): string => createHash('sha256').update(JSON.stringify(marks)).digest('hex');

async function collectedMark(warehouse: Warehouse, brandId: number): Promise<unknown> {
  return warehouse.query({ name: 'reports.collected', sql: COLLECTED, params: { brandId } });
}
