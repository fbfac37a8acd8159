import type { Platform } from '@app/contracts';
import type { DataSource } from 'typeorm';
import type { CollectKind } from '@app/queue';
import type { CollectorAction } from '@app/platforms';

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
  ) {}

  static async load(dataSource: DataSource, brandId: number, platform: Platform, accounts: readonly string[]): Promise<CollectionStates> {
    const loaded = new CollectionStates(dataSource, brandId, platform);
    const rows = (await dataSource.query(
      'SELECT account_id AS account, kind, cursor FROM collection_cursor WHERE brand_id = $1 AND platform = $2 AND account_id = ANY($3)',
      [brandId, platform, accounts],
    )) as { account: string; kind: string; cursor: unknown }[];
    for (const { account, kind, cursor } of rows) if (isState(cursor)) loaded.states.set(keyOf(account, kind), { ...UNTOUCHED, ...cursor });
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

  /** Saves what changed, in one statement. To be called after the rows are written: then a crash in between repeats, and loses nothing. */
  async save(): Promise<void> {
    const keys = [...this.changed];
    if (keys.length === 0) return;
    const parts = keys.map((key) => key.split('\0'));
    await this.dataSource.query(
      `INSERT INTO collection_cursor (brand_id, platform, account_id, kind, cursor, updated_at)
       SELECT $1, $2, account_id, kind, cursor::jsonb, clock_timestamp()
       FROM unnest($3::text[], $4::text[], $5::text[]) AS given (account_id, kind, cursor)
       ON CONFLICT (brand_id, platform, account_id, kind) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at`,
      [
        this.brandId,
        this.platform,
        parts.map(([account]) => account),
        parts.map(([, kind]) => kind),
        keys.map((key) => JSON.stringify(this.states.get(key))),
      ],
    );
    this.changed.clear();
  }
}

const keyOf = (accountId: string, kind: string): string => `${accountId}\0${kind}`;
const isState = (value: unknown): value is CollectionState => typeof value === 'object' && value !== null && 'cursor' in value;
