import { randomBytes } from 'node:crypto';
import { halfOfLock, whileFree, whileHolding, type Hold } from '@app/database';
import type { NamedQuery, Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import type { DetectorScope, StagedEntries } from '../detector';
import { grouped } from '../grouped';
import { ROOM_NAMES, STAGING, fillEntries, fillRooms, stagedSchema, type StagedTables } from './staged-entries.sql';
import { asked, entryParameters } from './viewer-entries';
import type { ScanMeter } from '../scan-cost';
import type { EntryReading } from './viewer-entries.sql';

const DAY_MS = 86_400_000;
/** Of one statement: so many are put into the order of their viewers in memory. */
const FILL_ENTRIES = 2_000_000;
/** Of all accounts, history and window together. */
const MOST_SESSIONS = 20_000_000;
/** Longer than any statement of a scan. */
const FILL_SECONDS = 600;
/** Younger tables may be of a scan whose lock was lost on the way. */
const SWEPT_AFTER_MINUTES = 60;

/** Hears of what failed beside a scan, which goes on. */
export type Warned = (message: string, error: unknown) => void;

/** Held as long as a scan runs: whoever sweeps leaves its tables alone. A killed process holds nothing. */
const heldBy = (name: string): Hold => ({ lock: 'staging', of: halfOfLock(name) });

/**
 * Entries as a scan has read them once: merged over sources, known persons, with their session and what declarations explain. A dozen looks then read the
 * columns that they need, without merging, joining and placing thirty million rows each. Lives as long as the scan (`during`). On a cluster nothing is
 * staged: each look reads the facts where they lie.
 */
export class EntryStaging implements StagedEntries {
  private readonly name = `${STAGING}${randomBytes(8).toString('hex')}`;
  private tables: StagedTables | null = null;
  private names = new Map<number, string>();

  constructor(
    private readonly warehouse: Warehouse,
    private readonly meter: ScanMeter,
  ) {}

  /** The same chunks, each with the table that holds its entries. Once per scan. */
  async fill<Chunk extends EntryReading & { accounts: string[]; entries: number }>(
    scope: DetectorScope,
    chunks: readonly Chunk[],
  ): Promise<Chunk[]> {
    if (this.warehouse.address.cluster || chunks.length === 0) return [...chunks];
    const tables = { rooms: `${this.name}_rooms`, entries: `${this.name}_entries` };
    this.tables = tables;
    for (const statement of stagedSchema(tables)) await this.warehouse.command(statement);
    // a month begins with visits of the evening before
    const span = { from: scope.historyFrom - DAY_MS, to: scope.window.to };
    const all = chunks.flatMap(({ accounts }) => accounts);
    await this.run(scope, { name: 'integrity.stage-rooms', sql: fillRooms(tables) }, all, span);
    for (const chunk of chunks)
      for (const accounts of partsOf(chunk))
        await this.run(scope, { name: 'integrity.stage-entries', sql: fillEntries(tables, chunk) }, accounts, span);
    const sql = ROOM_NAMES(tables.rooms);
    const rows = await scope.query<{ number: number; sessionId: string }>({
      ...{
        name: 'integrity.staged-rooms',
        sql,
        params: { loadFrom: span.from, loadTo: span.to },
        maxSeconds: FILL_SECONDS,
        maxRows: MOST_SESSIONS,
      },
    });
    this.names = new Map(rows.map(({ number, sessionId }) => [number, sessionId]));
    return chunks.map((chunk) => ({ ...chunk, staged: tables.entries, stagedRooms: tables.rooms }));
  }

  /** What a session is called that a statement over staged entries names. */
  sessionOf(number: string | number): string {
    const name = this.names.get(Number(number));
    if (name === undefined) throw new RangeError('a session that was not staged');
    return name;
  }

  /**
   * Runs the part of a scan that reads entries; the tables go with its end, whatever that is. Tables that cannot be dropped then fail nothing: `warned` hears of it, and a
   * later sweep takes them.
   */
  during<Result>(dataSource: DataSource, warned: Warned, work: () => Promise<Result>): Promise<Result> {
    return whileHolding(dataSource, heldBy(this.name), () => work().finally(() => this.drop(warned)));
  }

  private async drop(warned: Warned): Promise<void> {
    const tables = this.tables;
    this.tables = null;
    if (!tables) return;
    for (const table of Object.values(tables))
      await this.warehouse
        .command(`DROP TABLE IF EXISTS ${table} SYNC`)
        .catch((error: unknown) => warned('what a scan had staged could not be removed; a later one will try', error));
  }

  private run(
    scope: DetectorScope,
    query: Pick<NamedQuery, 'name' | 'sql'>,
    accounts: readonly string[],
    span: { from: number; to: number },
  ): Promise<void> {
    const params = asked(query.sql, entryParameters(scope, accounts, span));
    const given = { brandId: scope.brandId, zone: scope.zone, sourcesLastFirst: scope.sourcesLastFirst };
    const filling = { ...query, params: { ...given, ...params }, maxSeconds: FILL_SECONDS, signal: scope.signal };
    return this.meter.statement(query.name, () => this.warehouse.run(filling));
  }
}

/** Neighbours, about as many entries each as one statement takes; a large account is not cut. */
function partsOf({ accounts, entries }: { accounts: readonly string[]; entries: number }): string[][] {
  const size = Math.max(1, Math.floor(accounts.length / Math.ceil(Math.max(1, entries) / FILL_ENTRIES)));
  return Array.from({ length: Math.ceil(accounts.length / size) }, (_, at) => accounts.slice(at * size, (at + 1) * size));
}

/** Drops what scans that were killed have left, an hour and longer ago; never what a running one holds. */
export async function sweepStagedEntries(
  { warehouse, dataSource }: { warehouse: Warehouse; dataSource: DataSource },
  minutes = SWEPT_AFTER_MINUTES,
): Promise<void> {
  const tables = await warehouse.query<{ name: string }>({
    name: 'integrity.staged',
    sql: `SELECT name FROM system.tables
WHERE database = currentDatabase() AND startsWith(name, '${STAGING}') AND metadata_modification_time <= now() - INTERVAL {minutes: UInt32} MINUTE`,
    params: { minutes },
  });
  for (const [scan, own] of grouped(tables, ({ name }) => name.replace(/_[a-z]+$/, '')))
    await whileFree(dataSource, heldBy(scan), async () => {
      for (const { name } of own) await warehouse.command(`DROP TABLE IF EXISTS ${name} SYNC`);
    });
}
