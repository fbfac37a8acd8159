import { PRODUCT_PLATFORM, type GrantProduct, type Platform } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { COLLECT_KINDS, type CollectKind } from '@app/queue';
import type { CollectorAction } from '@app/platforms';
import { cursorKind } from './streams';

/** The last error of one kind of one account, until it is collected again without. */
export interface CollectionProblem {
  code: string;
  action: CollectorAction;
  endpoint: string;
  at: number;
}

/** Where the collection of one kind of one account stands. */
export interface CollectionState {
  cursor: Record<string, unknown> | null;
  lastOkAt: number | null;
  problem: CollectionProblem | null;
}

export const UNTOUCHED: CollectionState = { cursor: null, lastOkAt: null, problem: null };

/** States of many accounts at once, in the state store's collection_cursor. */
export class CollectionStates {
  private readonly states = new Map<string, CollectionState>();
  private readonly changed = new Set<string>();

  private constructor(
    private readonly dataSource: DataSource,
    private readonly brandId: number,
    private readonly platform: Platform,
    private readonly product: GrantProduct,
  ) {}

  private cursorKind(kind: string): string {
    return cursorKind({ product: this.product, kind: kind as CollectKind });
  }

  static async load(
    dataSource: DataSource,
    brandId: number,
    product: GrantProduct,
    accounts: readonly string[],
  ): Promise<CollectionStates> {
    const platform = PRODUCT_PLATFORM[product];
    const loaded = new CollectionStates(dataSource, brandId, platform, product);
    const kinds = new Map(COLLECT_KINDS.map((kind) => [loaded.cursorKind(kind), kind]));
    const rows = (await dataSource.query(
      'SELECT account_id AS account, kind, cursor FROM collection_cursor WHERE brand_id = $1 AND platform = $2 AND account_id = ANY($3)',
      [brandId, platform, accounts],
    )) as { account: string; kind: string; cursor: unknown }[];
    for (const { account, kind, cursor } of rows) {
      const known = kinds.get(kind);
      if (known && isState(cursor)) loaded.states.set(keyOf(account, known), { ...UNTOUCHED, ...cursor });
    }
    return loaded;
  }

  get(accountId: string, kind: CollectKind): CollectionState {
    return this.states.get(keyOf(accountId, kind)) ?? UNTOUCHED;
  }

  set(accountId: string, kind: CollectKind, state: CollectionState): void {
    const key = keyOf(accountId, kind);
    this.states.set(key, state);
    this.changed.add(key);
  }

  /** What changed since it was saved. */
  *unsaved(): Generator<{ accountId: string; kind: string; state: CollectionState }> {
    for (const key of this.changed) {
      const [accountId = '', kind = ''] = key.split('\0');
      yield { accountId, kind, state: this.states.get(key) ?? UNTOUCHED };
    }
  }

  /** Saves what changed, in one statement. To be called after the rows are written: then a crash in between repeats, and loses nothing. */
  async save(): Promise<void> {
    const { brandId, platform } = this;
    await saveCursors(
      this.dataSource,
      [...this.unsaved()].map(({ kind, ...one }) => ({ ...one, brandId, platform, kind: this.cursorKind(kind) })),
    );
    this.changed.clear();
  }
}

/** A state and where it belongs. */
export interface SavedState {
  brandId: number;
  platform: Platform;
  accountId: string;
  kind: string;
  state: object;
}

/** Saves states, the last of a stream, in one statement. To be called after their rows are written. */
export async function saveCursors(dataSource: DataSource, states: readonly SavedState[]): Promise<void> {
  const last = [...new Map(states.map((one) => [[one.brandId, one.platform, one.accountId, one.kind].join('\0'), one])).values()];
  if (last.length === 0) return;
  await dataSource.query(
    `INSERT INTO collection_cursor (brand_id, platform, account_id, kind, cursor, updated_at)
     SELECT brand_id, platform::platform, account_id, kind, cursor::jsonb, clock_timestamp()
     FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[]) AS given (brand_id, platform, account_id, kind, cursor)
     ON CONFLICT (brand_id, platform, account_id, kind) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at`,
    [
      last.map(({ brandId }) => brandId),
      last.map(({ platform }) => platform),
      last.map(({ accountId }) => accountId),
      last.map(({ kind }) => kind),
      last.map(({ state }) => JSON.stringify(state)),
    ],
  );
}

/** Looks up states of single streams: those that are asked for at the same time, in one statement. */
export class StateLookup {
  private waiting: { place: StatePlace; found: (state: CollectionState) => void; failed: (error: unknown) => void }[] = [];

  constructor(private readonly dataSource: DataSource) {}

  get(place: StatePlace): Promise<CollectionState> {
    return new Promise((found, failed) => {
      if (this.waiting.push({ place, found, failed }) === 1) setImmediate(() => void this.look());
    });
  }

  private async look(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    try {
      const rows = (await this.dataSource.query(
        `SELECT known.brand_id AS "brandId", known.platform, known.account_id AS "accountId", known.kind, known.cursor
         FROM unnest($1::integer[], $2::platform[], $3::text[], $4::text[]) AS given (brand_id, platform, account_id, kind)
         JOIN collection_cursor AS known USING (brand_id, platform, account_id, kind)`,
        [
          asked.map(({ place }) => place.brandId),
          asked.map(({ place }) => place.platform),
          asked.map(({ place }) => place.accountId),
          asked.map(({ place }) => place.kind),
        ],
      )) as (StatePlace & { cursor: unknown })[];
      const states = new Map(rows.map(({ cursor, ...place }) => [textOf(place), cursor]));
      for (const { place, found } of asked) {
        const state = states.get(textOf(place));
        found(isState(state) ? { ...UNTOUCHED, ...state } : UNTOUCHED);
      }
    } catch (error) {
      for (const { failed } of asked) failed(error);
    }
  }
}

type StatePlace = Omit<SavedState, 'state'>;
const textOf = ({ brandId, platform, accountId, kind }: StatePlace): string => [brandId, platform, accountId, kind].join('\0');
const keyOf = (accountId: string, kind: string): string => `${accountId}\0${kind}`;
const isState = (value: unknown): value is CollectionState => typeof value === 'object' && value !== null && 'cursor' in value;
