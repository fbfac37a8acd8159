import type { LegalHold, Platform } from '@app/contracts';
import { recordAct } from '@app/database';
import { type Warehouse, accountKey } from '@app/warehouse';
import type { DataSource } from 'typeorm';
import { badSpan, checkedReason, unknownAccount, unknownHold } from './privacy-errors';
import type { PrivacyAsk } from './privacy-stores';

const ISO = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `hold_id::text AS "holdId", subject, platform, account_id AS "accountId", ${ISO('from_at')} AS "from", ${ISO('to_at')} AS "to",
  case_id AS "caseId", reason, ${ISO('placed_at')} AS "placedAt", placed_by AS "placedBy", ${ISO('released_at')} AS "releasedAt",
  released_by AS "releasedBy", release_reason AS "releaseReason"`;

/** What is to be held: an account, or without one the whole brand; instants epoch ms, half open. */
export interface HoldGiven {
  account: { platform: Platform; accountId: string } | null;
  from: number;
  to: number;
  caseId?: string;
}

/** Keeps facts from retention and deletion until the hold is released. Throws bad_input for an empty span or no reason, not_found for an account that nobody knows. */
export async function placeHold(
  { dataSource, warehouse }: { dataSource: DataSource; warehouse: Warehouse },
  ask: PrivacyAsk,
  given: HoldGiven,
): Promise<LegalHold> {
  const { brandId, actor } = ask;
  const reason = checkedReason(ask.reason);
  if (!(given.to > given.from)) throw badSpan();
  const { account } = given;
  if (account && !(await isKnown(warehouse, brandId, account))) throw unknownAccount();
  return dataSource.transaction(async (tx) => {
    const [hold] = (await tx.query(
      `INSERT INTO legal_hold (brand_id, subject, platform, account_id, from_at, to_at, case_id, reason, placed_by)
       VALUES ($1, $2, $3, $4, to_timestamp($5::numeric / 1000), to_timestamp($6::numeric / 1000), $7, $8, $9::jsonb) RETURNING ${COLUMNS}`,
      [
        ...[brandId, account ? 'account' : 'brand', account?.platform ?? null, account?.accountId ?? null],
        ...[given.from, given.to, given.caseId ?? null, reason, JSON.stringify(actor)],
      ],
    )) as LegalHold[];
    await recordAct(tx, { brandId, actor, action: 'legal-hold.place', subject: `hold/${hold.holdId}`, before: null, after: hold, reason });
    return hold;
  });
}

/** Ends a hold, by record. Throws not_found for one that does not hold. */
export async function releaseHold(dataSource: DataSource, ask: PrivacyAsk, holdId: string): Promise<LegalHold> {
  const { brandId, actor } = ask;
  const reason = checkedReason(ask.reason);
  if (!/^\d{1,18}$/.test(holdId)) throw unknownHold();
  return dataSource.transaction(async (tx) => {
    const [[hold]] = (await tx.query(
      `UPDATE legal_hold SET released_at = clock_timestamp(), released_by = $3::jsonb, release_reason = $4
       WHERE hold_id = $1 AND brand_id = $2 AND released_at IS NULL RETURNING ${COLUMNS}`,
      [holdId, brandId, JSON.stringify(actor), reason],
    )) as [LegalHold[], number];
    if (!hold) throw unknownHold();
    await recordAct(tx, { brandId, actor, action: 'legal-hold.release', subject: `hold/${holdId}`, before: null, after: hold, reason });
    return hold;
  });
}

/** Holds of a brand, or of one of its cases, the newest first; those that hold, or all. */
export function listHolds(
  dataSource: DataSource,
  brandId: number,
  { all = false, caseId }: { all?: boolean; caseId?: string } = {},
): Promise<LegalHold[]> {
  return dataSource.query(
    `SELECT ${COLUMNS} FROM legal_hold
     WHERE brand_id = $1 AND ($2 OR released_at IS NULL) AND ($3::text IS NULL OR case_id = $3) ORDER BY legal_hold.hold_id DESC`,
    [brandId, all, caseId ?? null],
  ) as Promise<LegalHold[]>;
}

/** Has any fact of the account ever come? Declared or not: a hold is about facts. */
async function isKnown(
  warehouse: Warehouse,
  brandId: number,
  { platform, accountId }: NonNullable<HoldGiven['account']>,
): Promise<boolean> {
  const rows = await warehouse.query({
    name: 'privacy.account',
    sql: 'SELECT 1 AS found FROM account_keys WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} LIMIT 1',
    params: { brandId, account: accountKey(brandId, platform, accountId) },
  });
  return rows.length > 0;
}

/** Holds as parallel columns; account 0 is every account; instants epoch ms. */
export interface HeldColumns {
  heldAccounts: bigint[];
  heldFrom: number[];
  heldTo: number[];
}

/** What holds now, for statements that remove facts. */
export async function heldColumns(dataSource: DataSource, brandId: number): Promise<HeldColumns> {
  const columns: HeldColumns = { heldAccounts: [], heldFrom: [], heldTo: [] };
  for (const { platform, accountId, from, to } of await listHolds(dataSource, brandId)) {
    columns.heldAccounts.push(platform && accountId !== null ? accountKey(brandId, platform, accountId) : 0n);
    columns.heldFrom.push(Date.parse(from));
    columns.heldTo.push(Date.parse(to));
  }
  return columns;
}

/** SQL that is true for rows of facts that no hold keeps; `at` is the column of their instant. Takes the parameters of `heldColumns`. */
export const notHeld = (at: string): string => `NOT arrayExists(
    (held_account, held_from, held_to) -> (held_account = 0 OR held_account = account_key) AND toUnixTimestamp64Milli(${at}) >= held_from AND toUnixTimestamp64Milli(${at}) < held_to,
    {heldAccounts: Array(UInt64)}, {heldFrom: Array(Int64)}, {heldTo: Array(Int64)})`;
