import { PRODUCT_PLATFORM, type GrantProduct, type Platform } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { COLLECT_KINDS, type CollectKind } from '@app/queue';
import type { CollectorAction, Unreadable } from '@app/platforms';
import { cursorKind, type Stream } from './streams';

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
  /** Of the last reading that succeeded: what in its answers was no number although it should be. */
  unreadable?: Unreadable | null;
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

/** Where a stream stands, and how its last tries ended. */
export interface StreamStanding {
  state: CollectionState;
  /** Epoch ms; null: never. */
  lastSuccessAt: number | null;
  /** In a row, since the last success. */
  failures: number;
}

const NEVER: StreamStanding = { state: UNTOUCHED, lastSuccessAt: null, failures: 0 };

/** Looks up single streams: those that are asked for at the same time, in one statement. */
export class StateLookup {
  private waiting: { stream: Stream; found: (standing: StreamStanding) => void; failed: (error: unknown) => void }[] = [];

  constructor(private readonly dataSource: DataSource) {}

  get(stream: Stream): Promise<StreamStanding> {
    return new Promise((found, failed) => {
      if (this.waiting.push({ stream, found, failed }) === 1) setImmediate(() => void this.look());
    });
  }

  private async look(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    try {
      const rows = (await this.dataSource.query(LOOK, [
        asked.map((_, place) => place),
        asked.map(({ stream }) => stream.brandId),
        asked.map(({ stream }) => PRODUCT_PLATFORM[stream.product]),
        asked.map(({ stream }) => stream.product),
        asked.map(({ stream }) => stream.accountId),
        asked.map(({ stream }) => cursorKind(stream)),
        asked.map(({ stream }) => stream.kind),
      ])) as { place: number; cursor: unknown; lastSuccessAt: number | null; failures: number }[];
      const known = new Map(rows.map((row) => [row.place, row]));
      for (const [place, { found }] of asked.entries()) {
        const row = known.get(place);
        if (!row) found(NEVER);
        else found({ ...row, state: isState(row.cursor) ? { ...UNTOUCHED, ...row.cursor } : UNTOUCHED });
      }
    } catch (error) {
      for (const { failed } of asked) failed(error);
    }
  }
}

const LOOK = `
  SELECT given.place, known.cursor, (extract(epoch FROM health.last_success_at) * 1000)::float8 AS "lastSuccessAt",
    coalesce(health.failures, 0) AS failures
  FROM unnest($1::integer[], $2::integer[], $3::platform[], $4::text[], $5::text[], $6::text[], $7::text[])
    AS given (place, brand_id, platform, product, account_id, cursor_kind, kind)
  LEFT JOIN collection_cursor AS known
    ON known.brand_id = given.brand_id AND known.platform = given.platform AND known.account_id = given.account_id AND known.kind = given.cursor_kind
  LEFT JOIN collection_health AS health
    ON health.brand_id = given.brand_id AND health.product = given.product AND health.account_id = given.account_id AND health.kind = given.kind`;

const keyOf = (accountId: string, kind: string): string => `${accountId}\0${kind}`;
const isState = (value: unknown): value is CollectionState => typeof value === 'object' && value !== null && 'cursor' in value;
