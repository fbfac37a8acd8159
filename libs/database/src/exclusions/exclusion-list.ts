import { addDays, businessDay, dayStart, type Exclusion, type ExclusionKind, type Platform, type ValueLine } from '@app/contracts';
import { accountKey, type Warehouse } from '@app/warehouse';
import type { DataSource } from 'typeorm';

interface OfAccount {
  platform: Platform;
  accountId: string;
}
/** An entry by its identity: the viewer as keyed when it entered (0: blank), then with the key of its entryId. `enteredAt` epoch ms. */
export interface RemovedEntry extends OfAccount {
  viewerKey: bigint;
  enteredAt: number;
  entryKey: bigint;
}
/** Units of one line of a session or a video on one business day. */
export interface RemovedUnits extends OfAccount {
  origin: 'session' | 'video';
  /** Id of the session or video. */
  target: string;
  line: ValueLine;
  day: string;
  units: number;
}
export type Removed = RemovedEntry | RemovedUnits;

/** What one case removes. */
export interface CaseRemoval {
  caseId: string;
  removed: Removed;
}

/** A list that was written, of one case for one account. */
export interface WrittenList extends OfAccount, Exclusion {
  contentHash: string;
  /** Rows of it that name an entry, a session or a video that no delivery has brought (yet): they remove nothing. */
  unmatched: number;
}

/** Rows that are sent at once. */
const CHUNK = 50_000;

const TABLES = {
  entries: { table: 'excluded_entries', row: `(viewer_key, toUnixTimestamp64Milli(entered_at), entry_key)` },
  units: { table: 'excluded_units', row: `(toString(origin), target, toString(line), toString(day), units)` },
} as const;

/** How many distinct rows each list has, and the hash of them in their order. */
const written = (kind: ExclusionKind): string => `SELECT
  toString(exclusion_id) AS exclusionId,
  uniqExact(${TABLES[kind].row}) AS listed,
  lower(hex(SHA256(arrayStringConcat(arraySort(groupUniqArray(toString(${TABLES[kind].row}))), '\\n')))) AS contentHash
FROM ${TABLES[kind].table}
WHERE brand_id = {brandId: UInt32} AND exclusion_id IN {exclusions: Array(UInt64)}
GROUP BY exclusion_id`;

const LISTED = `brand_id = {brandId: UInt32} AND exclusion_id IN {exclusions: Array(UInt64)}`;
const OF_ACCOUNTS = `brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}`;

/** How many distinct rows of each list name something that is known. */
const MATCHED: Readonly<Record<ExclusionKind, string>> = {
  entries: `SELECT
  toString(exclusion_id) AS exclusionId,
  uniqExact((viewer_key, entered_at, entry_key)) AS matched
FROM (
  SELECT account_key, viewer_key, entered_at, entry_key
  FROM candidates(entries)
  WHERE ${OF_ACCOUNTS}
    AND entered_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND entered_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
) AS known
INNER JOIN (
  SELECT DISTINCT exclusion_id, account_key, viewer_key, entered_at, entry_key
  FROM excluded_entries
  WHERE ${LISTED}
) AS listed USING (account_key, viewer_key, entered_at, entry_key)
GROUP BY exclusion_id`,
  units: `SELECT
  toString(exclusion_id) AS exclusionId,
  uniqExact((named_origin, target, line, day)) AS matched
FROM (
  SELECT DISTINCT account_key, 'session' AS named_origin, session_id AS target FROM candidates(sessions) WHERE ${OF_ACCOUNTS}
  UNION ALL
  SELECT DISTINCT account_key, 'video' AS named_origin, video_id AS target FROM candidates(video_readings) WHERE ${OF_ACCOUNTS}
  UNION ALL
  SELECT DISTINCT account_key, 'video' AS named_origin, video_id AS target FROM candidates(video_days) WHERE ${OF_ACCOUNTS}
) AS known
INNER JOIN (
  SELECT DISTINCT exclusion_id, account_key, toString(origin) AS named_origin, target, line, day
  FROM excluded_units
  WHERE ${LISTED}
) AS listed USING (account_key, named_origin, target)
GROUP BY exclusion_id`,
};

/**
 * Writes what cases remove, one list per case, account and kind; rows of many small cases are sent together. Until the state names a list, it counts nowhere:
 * what is left of an interrupted writing is harmless.
 */
export class ExclusionLists {
  private readonly lists = new Map<string, WrittenList>();
  private readonly waiting = { entries: [] as object[], units: [] as object[] };

  constructor(
    private readonly stores: { warehouse: Warehouse; dataSource: DataSource },
    private readonly brand: { brandId: number; zone: string },
  ) {}

  async add({ caseId, removed }: CaseRemoval): Promise<void> {
    const kind = 'viewerKey' in removed ? 'entries' : 'units';
    const day = 'viewerKey' in removed ? businessDay(removed.enteredAt, this.brand.zone) : removed.day;
    const list = await this.listOf({ ...removed, caseId, kind }, day);
    list.rows++;
    if (day < list.fromDay) list.fromDay = day;
    if (day > list.toDay) list.toDay = day;
    this.waiting[kind].push(this.rowOf(list, removed));
    if (this.waiting[kind].length >= CHUNK) await this.send(kind);
  }

  /** Sends what waits; answers every list with the number of its distinct rows. */
  async written(): Promise<WrittenList[]> {
    for (const kind of ['entries', 'units'] as const) {
      await this.send(kind);
      const own = [...this.lists.values()].filter((list) => list.kind === kind);
      if (own.length === 0) continue;
      const rows = await this.stores.warehouse.query<{ exclusionId: string; listed: string; contentHash: string }>({
        name: 'exclusion.written',
        sql: written(kind),
        params: { brandId: this.brand.brandId, exclusions: own.map(({ exclusionId }) => BigInt(exclusionId)) },
        maxSeconds: 600,
        maxRows: own.length,
      });
      const found = new Map(rows.map((row) => [row.exclusionId, row]));
      const matched = await this.matched(kind, own);
      for (const list of own) {
        const { listed, contentHash } = found.get(list.exclusionId)!;
        const known = matched.get(list.exclusionId) ?? 0;
        Object.assign(list, { rows: Number(listed), contentHash, unmatched: Number(listed) - known });
      }
    }
    return [...this.lists.values()];
  }

  private async matched(kind: ExclusionKind, lists: readonly WrittenList[]): Promise<Map<string, number>> {
    const { brandId, zone } = this.brand;
    const [from, to] = [lists.map(({ fromDay }) => fromDay).sort()[0], lists.map(({ toDay }) => toDay).sort()[lists.length - 1]];
    const rows = await this.stores.warehouse.query<{ exclusionId: string; matched: string }>({
      name: 'exclusion.matched',
      sql: MATCHED[kind],
      params: {
        brandId,
        exclusions: lists.map(({ exclusionId }) => BigInt(exclusionId)),
        accounts: [...new Set(lists.map((list) => list.accountKey))].map(BigInt),
        from: dayStart(from, zone),
        to: dayStart(addDays(to, 1), zone),
      },
      maxSeconds: 600,
      maxRows: lists.length,
    });
    return new Map(rows.map((row) => [row.exclusionId, Number(row.matched)]));
  }

  private async listOf(of: OfAccount & Pick<Exclusion, 'caseId' | 'kind'>, day: string): Promise<WrittenList> {
    const { caseId, kind, platform, accountId } = of;
    const key = JSON.stringify([caseId, kind, platform, accountId]);
    const known = this.lists.get(key);
    if (known) return known;
    const [{ id }] = (await this.stores.dataSource.query(`SELECT nextval('exclusion_id') AS id`)) as { id: string }[];
    const list: WrittenList = {
      ...{ exclusionId: id, caseId, kind, platform, accountId },
      accountKey: accountKey(this.brand.brandId, platform, accountId).toString(),
      ...{ rows: 0, contentHash: '', unmatched: 0, fromDay: day, toDay: day },
    };
    this.lists.set(key, list);
    return list;
  }

  private rowOf({ exclusionId, accountKey: account }: WrittenList, removed: Removed): object {
    const common = { brand_id: this.brand.brandId, account_key: account, exclusion_id: exclusionId };
    if (!('viewerKey' in removed)) {
      const { origin, target, line, day, units } = removed;
      return { ...common, origin, target, line, day, units };
    }
    const { viewerKey, enteredAt, entryKey } = removed;
    return { ...common, viewer_key: String(viewerKey), entered_at: new Date(enteredAt).toISOString(), entry_key: String(entryKey) };
  }

  private async send(kind: ExclusionKind): Promise<void> {
    const rows = this.waiting[kind].splice(0);
    await this.stores.warehouse.insertRows(TABLES[kind].table, rows);
  }
}
