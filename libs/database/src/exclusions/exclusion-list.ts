import { businessDay, type Exclusion, type ExclusionKind, type Platform, type ValueLine } from '@app/contracts';
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
      for (const list of own)
        Object.assign(list, { rows: Number(found.get(list.exclusionId)!.listed), contentHash: found.get(list.exclusionId)!.contentHash });
    }
    return [...this.lists.values()];
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
      ...{ rows: 0, contentHash: '', fromDay: day, toDay: day },
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
