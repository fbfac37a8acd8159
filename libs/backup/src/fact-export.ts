import { FactTable, identityOf, versionOf } from '@app/warehouse';
import type { BackupFolder } from './backup-folder';
import { rowsDiffer } from './failures';
import { KeyCount, KeyReading, keyCounts, partitionsOf, pieceCondition, pieceRows, piecesOf } from './fact-pieces';
import { FactStore, StoredTable, quoted } from './fact-store';
import type { BackupFile, BackupTable } from './manifest';
import type { StateSnapshot } from './state-snapshot';

export type OnRows = (rows: number) => void;

/** Facts out of the store into the folder: only those of deliveries that were over in the snapshot. */
export class FactExport {
  private constructor(
    private readonly store: FactStore,
    private readonly folder: BackupFolder,
    private readonly tables: readonly StoredTable[],
    private readonly onRows: OnRows,
  ) {}

  /** Throws `internal` when a table of the store has no rule. */
  static async open(store: FactStore, folder: BackupFolder, onRows: OnRows): Promise<FactExport> {
    return new FactExport(store, folder, await store.tables(), onRows);
  }

  /** Tables that know no deliveries; those `at-snapshot` while the state store is held still, for what comes later is not of the snapshot. */
  async wholeTables(when: 'at-snapshot' | 'last'): Promise<BackupTable[]> {
    const whole = this.tables.filter(({ rule }) => rule.kind === 'whole' && rule.when === when);
    const saved: BackupTable[] = [];
    for (const { table, columns } of whole) {
      const file = await this.save(`facts/${table}/all.native.zst`, `SELECT ${list(columns)} FROM ${quoted(table)}`, {});
      saved.push({ table, columns, rows: file.rows, files: [file] });
    }
    return saved;
  }

  /** Rows that `landing` will write, for progress. */
  async estimate({ closed }: StateSnapshot): Promise<number> {
    let rows = 0;
    for (const { table } of this.landings()) {
      const [found] = await this.store.rows<{ rows: string }>(`SELECT count() AS rows FROM ${quoted(table)} WHERE ${CLOSED}`, closed);
      rows += Number(found.rows);
    }
    return rows;
  }

  /** The landing log of every fact, then what only the fact table still has: in this order, so that what retention removes meanwhile is in one. */
  async landing(snapshot: StateSnapshot): Promise<BackupTable[]> {
    const saved: BackupTable[] = [];
    for (const landing of this.landings()) {
      const files = await this.closedRows(landing, snapshot);
      files.push(...(await this.rowsBeyondLanding(landing)));
      saved.push({ table: landing.table, columns: landing.columns, rows: sum(files), files });
    }
    return saved;
  }

  private landings(): (StoredTable & { rule: { kind: 'landing'; fact: FactTable } })[] {
    return this.tables.filter(
      (table): table is StoredTable & { rule: { kind: 'landing'; fact: FactTable } } => table.rule.kind === 'landing',
    );
  }

  private async closedRows(landing: StoredTable & { rule: { fact: FactTable } }, { closed }: StateSnapshot): Promise<BackupFile[]> {
    const { table, columns } = landing;
    const { fact } = landing.rule;
    const read: KeyReading = { fact, where: CLOSED, params: closed };
    const most = await pieceRows(this.store, table);
    const files: BackupFile[] = [];
    for (const partition of await partitionsOf(this.store, landing, read))
      for (const piece of piecesOf(await keyCounts(this.store, landing, partition, read), most)) {
        const { where, params } = pieceCondition(fact, landing, piece);
        files.push(
          await this.save(
            `facts/${table}/${number(files.length)}.native.zst`,
            `SELECT ${list(columns)} FROM ${quoted(table)} WHERE ${where} AND ${CLOSED}`,
            { ...params, ...read.params },
          ),
        );
      }
    return files;
  }

  /**
   * Rows of `<fact>` whose delivery the landing log no longer holds (retention), as rows of the log with delivery 0. First counts and sums of
   * hashes of both sides per key; only where they differ (corrections, open deliveries, retention) are rows compared.
   */
  private async rowsBeyondLanding(landing: StoredTable & { rule: { fact: FactTable } }): Promise<BackupFile[]> {
    const { fact } = landing.rule;
    const facts = this.tables.find(({ rule, table }) => rule.kind === 'fact' && table === fact.name);
    if (!facts) return [];
    const identity = list(identityOf(fact));
    const readFacts: KeyReading = { fact, where: 'true', params: {}, hash: `cityHash64(${identity}, version)` };
    const readLanding: KeyReading = { ...readFacts, hash: `cityHash64(${identity}, ${versionOf(fact)})` };
    const most = await pieceRows(this.store, facts.table);
    const files: BackupFile[] = [];
    for (const partition of await partitionsOf(this.store, facts, readFacts)) {
      const inLog = new Map((await keyCounts(this.store, landing, partition, readLanding)).map((count) => [place(count), count]));
      const differing = (await keyCounts(this.store, facts, partition, readFacts)).filter((count) => !same(count, inLog.get(place(count))));
      for (const piece of piecesOf(differing, most)) {
        const { where, params } = pieceCondition(fact, facts, piece);
        const path = `facts/${landing.table}/beyond-${number(files.length)}.native.zst`;
        const file = await this.save(path, beyondLanding(landing, facts, identity, where), params);
        if (file.rows === 0) this.folder.remove(path);
        else files.push(file);
      }
    }
    return files;
  }

  private async save(path: string, select: string, params: Record<string, unknown>): Promise<BackupFile> {
    const { content, rows } = await this.store.exported(select, params);
    if (!Number.isInteger(rows)) throw rowsDiffer(path, 0, rows);
    const file = await this.folder.write(path, content, () => rows);
    this.onRows(rows);
    return file;
  }
}

/** Deliveries that were over in the snapshot; 0 is what no delivery of the state store brought. */
const CLOSED = 'delivery_id <= {horizon: UInt64} AND delivery_id NOT IN ({open: Array(UInt64)})';

/** `where` holds for both tables: they have the same partitions and the same keys. */
function beyondLanding(landing: StoredTable & { rule: { fact: FactTable } }, facts: StoredTable, identity: string, where: string): string {
  // entries keep no instant of arrival: the observation came before it, by all that is known
  const absent: Record<string, string> = { delivery_id: 'toUInt64(0)', ingested_at: 'observed_at', row_hash: 'toUInt64(0)' };
  const readable = [...facts.columns, 'observed_at'];
  const columns = landing.columns.map((column) => (readable.includes(column) ? quoted(column) : `${absent[column]} AS ${quoted(column)}`));
  return `SELECT ${columns.join(', ')} FROM ${quoted(facts.table)}
    WHERE ${where} AND (${identity}, version) NOT IN (
      SELECT ${identity}, ${versionOf(landing.rule.fact)} FROM ${quoted(landing.table)} WHERE ${where})`;
}

const list = (columns: readonly string[]) => columns.map(quoted).join(', ');
const number = (at: number) => String(at + 1).padStart(5, '0');
const sum = (files: readonly BackupFile[]) => files.reduce((rows, file) => rows + file.rows, 0);
const place = ({ brandId, key }: KeyCount) => `${brandId} ${key}`;
const same = (a: KeyCount, b: KeyCount | undefined) => b !== undefined && a.rows === b.rows && a.hash === b.hash;
