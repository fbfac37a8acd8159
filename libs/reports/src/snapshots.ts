import { createHash } from 'node:crypto';
import type { Bilingual, Brand, BrandState } from '@app/contracts';
import { MAY_STILL_WRITE, StateReader, dataInstant } from '@app/database';
import { RollupKeeper } from '@app/rollup';
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
  /** Reads the facts of the moment. */
  warehouse: Warehouse;
  /** What the answer says about the moment. */
  notes: Bilingual[];
}

interface Marks {
  /** Deliveries that are closed. */
  deliveries: string;
  /** Versions of the brand's state. */
  state: string;
}

// count and greatest: an id is given out before it is committed, so that the greatest alone can stay the same
const MARKS = `SELECT
  (SELECT coalesce(max(delivery_id), 0) FROM delivery) || ':' || (
    SELECT coalesce(string_agg(delivery_id::text, ',' ORDER BY delivery_id), '')
    FROM delivery
    WHERE ${MAY_STILL_WRITE}
  ) AS deliveries,
  (SELECT count(*) || ':' || coalesce(max(version_id), 0) FROM state_version WHERE brand_id = $1) AS state`;

const COLLECTED = `SELECT
  toString(count()) AS days,
  toString(max(observed_at)) AS latest
FROM collection_days
WHERE brand_id = {brandId: UInt32}`;

/** Reads the state of a brand once for as long as nothing changes, and brings the roll-ups up to it. */
export class Snapshots {
  readonly reader: StateReader;
  private readonly keeper: RollupKeeper;
  private readonly known = new Map<number, { marks: string; state: Promise<BrandState> }>();

  constructor(private readonly stores: ReportStores) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
    this.keeper = new RollupKeeper(stores, (brandId) => this.readState(brandId));
  }

  /** As of an instant (ISO 8601 or epoch ms), out of the histories of both stores. */
  async asOf(code: string | undefined, asked: string): Promise<Snapshot> {
    const { instant, ...past } = await readPastBrand(this.stores, this.reader, { brand: code, asOf: instantAsked(asked) });
    return { ...past, dataInstant: instant, fingerprint: `as of ${past.brand.brandId} ${instant}` };
  }

  async take(code?: string): Promise<Snapshot> {
    const { warehouse, dataSource, clock } = this.stores;
    const brand = await this.reader.brand(code);
    const [marks, instant, collected] = await Promise.all([
      this.marks(brand.brandId),
      dataInstant(dataSource, clock.now()),
      collectedMark(warehouse, brand.brandId),
    ]);
    const state = await this.stateOf(brand.brandId, JSON.stringify(marks));
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([marks, collected]))
      .digest('hex');
    return { brand, state, dataInstant: instant, fingerprint, warehouse, notes: [] };
  }

  /** Roll-ups that hold every delivery that was closed when the snapshot was taken, under today's rules in the given months (`2026-10`). */
  async refresh({ brand, warehouse }: Snapshot, months: readonly string[]): Promise<void> {
    if (warehouse.instant !== null) return; // roll-ups know the present only
    await this.keeper.keep(brand.brandId, await this.marks(brand.brandId), months);
  }

  private async marks(brandId: number): Promise<Marks> {
    const [marks] = (await this.stores.dataSource.query(MARKS, [brandId])) as Marks[];
    return marks;
  }

  private stateOf(brandId: number, marks: string): Promise<BrandState> {
    const known = this.known.get(brandId);
    if (known?.marks === marks) return known.state;
    const state = this.readState(brandId);
    this.known.set(brandId, { marks, state });
    state.catch(() => this.known.delete(brandId));
    return state;
  }

  private async readState(brandId: number): Promise<BrandState> {
    return withUndeclared(this.stores.warehouse, await this.reader.state(brandId));
  }
}

async function collectedMark(warehouse: Warehouse, brandId: number): Promise<unknown> {
  return warehouse.query({ name: 'reports.collected', sql: COLLECTED, params: { brandId } });
}
