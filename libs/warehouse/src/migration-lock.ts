import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { VitrineError } from '@app/contracts';

const LOCK = 'schema_migrations_lock';
const BEAT_MS = 1000;
const LEASE_SECONDS = 6;
const WAIT_MS = 600_000;
const TABLE_EXISTS = '57';
const UNKNOWN_TABLE = '60';
const code = (error: unknown) => (error instanceof ClickHouseError ? error.code : undefined);

/**
 * One migrator at a time, with what ClickHouse makes atomic.
 * - Taking it is CREATE TABLE without IF NOT EXISTS: of many at once one succeeds, the others get error 57.
 * - The holder inserts a row every second. A lock without a row for 6 s (by the server's clock) belongs to a process that was killed.
 * - Release and take-over are the same step: RENAME of the lock to a name made from the lock's own UUID, which can succeed only once. So a
 *   waiter that looked at an older lock cannot remove the one that came after it, and a holder that lost its lock cannot release another's.
 * - A holder that slept longer than its lease (a suspended machine) sees before its next statement that the lock is no longer its own. The one
 *   statement that it may have under way does no harm: every statement can run twice, and what was applied is read by number.
 */
export class MigrationLock {
  private beat?: NodeJS.Timeout;

  private constructor(
    private readonly client: ClickHouseClient,
    private readonly uuid: string,
  ) {}

  static async take(client: ClickHouseClient): Promise<MigrationLock> {
    for (const deadline = Date.now() + WAIT_MS; ; await sleep(100 + Math.random() * 100)) {
      if (await createLock(client)) break;
      const held = await currentLock(client);
      if (held && (await isStale(client))) await retire(client, held);
      if (Date.now() > deadline)
        throw new VitrineError(
          'conflict',
          {
            zh: '另一个进程正在迁移事实库，已超过 10 分钟',
            en: 'Another process has been migrating the fact store for more than 10 minutes',
          },
          { remedy: { zh: '请等它结束，或结束该进程后重试', en: 'Wait for it, or end that process and try again' } },
        );
    }
    const lock = new MigrationLock(client, (await currentLock(client)) ?? '');
    lock.beat = setInterval(() => void heartbeat(client).catch(() => undefined), BEAT_MS);
    return lock;
  }

  /** Throws `conflict` when the lock was taken over. */
  async assertHeld(): Promise<void> {
    if ((await currentLock(this.client)) !== this.uuid)
      throw new VitrineError(
        'conflict',
        { zh: '迁移锁已被另一个进程接管', en: 'Another process has taken over the migration' },
        { remedy: { zh: '请重新运行：不会重复应用', en: 'Run it again: nothing is applied twice' } },
      );
  }

  async release(): Promise<void> {
    clearInterval(this.beat);
    await retire(this.client, this.uuid);
    await dropRetired(this.client);
  }
}

async function createLock(client: ClickHouseClient): Promise<boolean> {
  try {
    await client.command({
      query: 'CREATE TABLE {lock: Identifier} (beat_at DateTime64(3)) ENGINE = MergeTree ORDER BY beat_at',
      query_params: { lock: LOCK },
    });
    return true;
  } catch (error) {
    if (code(error) === TABLE_EXISTS) return false;
    throw error;
  }
}

const heartbeat = (client: ClickHouseClient) =>
  client.command({ query: 'INSERT INTO {lock: Identifier} SELECT now64(3)', query_params: { lock: LOCK } });

async function currentLock(client: ClickHouseClient): Promise<string | undefined> {
  const result = await client.query({
    query: 'SELECT toString(uuid) AS uuid FROM system.tables WHERE database = currentDatabase() AND name = {lock: String}',
    query_params: { lock: LOCK },
    format: 'JSONEachRow',
  });
  return (await result.json<{ uuid: string }>())[0]?.uuid;
}

/** A lock without any row yet lives from its creation. Gone meanwhile: not stale. */
async function isStale(client: ClickHouseClient): Promise<boolean> {
  try {
    const result = await client.query({
      query: `SELECT greatest(max(beat_at), (SELECT toDateTime64(max(metadata_modification_time), 3) FROM system.tables
          WHERE database = currentDatabase() AND name = {lock: String})) < now64(3) - {lease: UInt32} AS stale FROM {lock: Identifier}`,
      query_params: { lock: LOCK, lease: LEASE_SECONDS },
      format: 'JSONEachRow',
    });
    return Number((await result.json<{ stale: number }>())[0]?.stale) === 1;
  } catch (error) {
    if (code(error) === UNKNOWN_TABLE) return false;
    throw error;
  }
}

/** Fails without effect when this lock was retired before: the target exists, or the lock is gone. */
async function retire(client: ClickHouseClient, uuid: string): Promise<void> {
  try {
    await client.command({
      query: 'RENAME TABLE {lock: Identifier} TO {retired: Identifier}',
      query_params: { lock: LOCK, retired: `${LOCK}_${uuid}` },
    });
  } catch (error) {
    if (![TABLE_EXISTS, UNKNOWN_TABLE].includes(code(error) ?? '')) throw error;
  }
}

/** Retired locks stand in the way of late comers for an hour, then go. */
async function dropRetired(client: ClickHouseClient): Promise<void> {
  const result = await client.query({
    query: `SELECT name FROM system.tables
      WHERE database = currentDatabase() AND startsWith(name, {prefix: String}) AND metadata_modification_time < now() - INTERVAL 1 HOUR`,
    query_params: { prefix: `${LOCK}_` },
    format: 'JSONEachRow',
  });
  for (const { name } of await result.json<{ name: string }>())
    await client.command({ query: 'DROP TABLE IF EXISTS {retired: Identifier} SYNC', query_params: { retired: name } });
}
