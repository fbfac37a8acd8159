import type { EntityManager } from 'typeorm';
import type { Platform } from '@app/contracts';
import { accountKey, type Warehouse } from '@app/warehouse';

/** The broadcast that a push is about. */
export interface LiveRoom {
  brandId: number;
  accountId: string;
  sessionId: string;
}

interface Sought {
  platform: Platform;
  /** The platform's id of the broadcast, which is the session's; null where the push names its owner instead. */
  roomId: string | null;
  owners: readonly { brandId: number; accounts: string[] }[];
  /** An instant in the broadcast, epoch ms. */
  at: number;
}

interface SessionRow {
  brandId: number;
  accountKey: string;
  sessionId: string;
}

const COLUMNS = 'brand_id AS brandId, toString(account_key) AS accountKey, session_id AS sessionId';
const OF_ROOM = `SELECT DISTINCT ${COLUMNS} FROM sessions FINAL WHERE session_id = {room: String} AND retracted = 0`;
/** The latest that began before the instant and had not ended, or is not known to have. */
const OF_ACCOUNTS = `SELECT ${COLUMNS} FROM sessions FINAL
  WHERE brand_id = {brand: UInt32} AND account_key IN {keys: Array(UInt64)} AND retracted = 0
    AND started_at <= fromUnixTimestamp64Milli({at: Int64})
    AND fromUnixTimestamp64Milli({at: Int64}) < coalesce(ended_at, started_at + INTERVAL 1 DAY)
  ORDER BY started_at DESC
  LIMIT 1`;

/** The broadcast as the collected sessions know it; null while it is not known, or when several brands have one of this id. */
export async function roomOf({ tx, warehouse }: { tx: EntityManager; warehouse: Warehouse }, sought: Sought): Promise<LiveRoom | null> {
  const rows = await sessionsOf(warehouse, sought);
  if (rows.length !== 1) return null;
  const [{ brandId, accountKey: key, sessionId }] = rows;
  const [account] = (await tx.query('SELECT account_id AS id FROM account WHERE brand_id = $1 AND platform = $2 AND account_key = $3', [
    brandId,
    sought.platform,
    key,
  ])) as { id: string }[];
  return account ? { brandId, accountId: account.id, sessionId } : null;
}

async function sessionsOf(warehouse: Warehouse, { platform, roomId, owners, at }: Sought): Promise<SessionRow[]> {
  if (roomId !== null) return warehouse.query<SessionRow>({ name: 'connect.sessionOfRoom', sql: OF_ROOM, params: { room: roomId } });
  const found: SessionRow[] = [];
  for (const { brandId, accounts } of owners) {
    const keys = accounts.map((accountId) => accountKey(brandId, platform, accountId));
    const params = { brand: brandId, keys, at };
    found.push(...(await warehouse.query<SessionRow>({ name: 'connect.sessionAt', sql: OF_ACCOUNTS, params })));
  }
  return found;
}
