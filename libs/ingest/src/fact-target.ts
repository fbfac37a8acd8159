import type { Bilingual, ImportKind } from '@app/contracts';
import { EncodedBatch, FactRow, FactWriter, SpillFolder, UnencodableRow, ViewerKeys, isOutage } from '@app/warehouse';
import { spillDelivery } from '@app/database';
import { accountRows, registerAccounts } from './account-registry';
import { ChangeCounts, DeliveryScope, deliveryCounts } from './delivery-counts';
import { AccountSeen, FactBuilder, FactContext, columnOf, factTableOf } from './fact-builder';
import type { IngestStores } from './import-request';
import type { Rejected } from './problems';
import { PROBLEMS, Rejected as RejectedRow } from './problems';
import type { ParsedRow } from './row-parser';
import type { Target } from './target';

/** An insert that the store does not answer is repeated for so long: a file is then given up, rows from elsewhere go to the spill folder. */
const GIVE_UP_AFTER_MS = 30_000;
const SPILL_AFTER_MS = 10_000;

/** Rows of one batch of a fact kind: built and handed to the writer of its group. */
export class FactTarget implements Target {
  private readonly builder: FactBuilder;

  constructor(
    private readonly group: FactGroup,
    private readonly context: FactContext,
  ) {
    this.builder = new FactBuilder(group.kind, context, group.accounts);
    group.deliveryIds.push(String(context.deliveryId));
  }

  add(_line: number, row: Record<string, unknown>): Promise<void> | Rejected | null {
    const fact = this.builder.build(row as ParsedRow);
    if (fact instanceof RejectedRow) return fact;
    try {
      return this.group.add(fact);
    } catch (error) {
      if (!(error instanceof UnencodableRow)) throw error;
      return new RejectedRow(PROBLEMS.unencodable, this.group.fieldOf(error.column));
    }
  }

  async finish(): Promise<ChangeCounts | 'waiting'> {
    const counts = await this.group.finish();
    return counts === 'waiting' ? counts : (counts.get(String(this.context.deliveryId)) ?? { accepted: 0, replaced: 0 });
  }

  notes(): Promise<Bilingual[]> {
    return this.group.notes();
  }
}

/** What batches that are written together share: the writer, the accounts, one count at the end. */
export class FactGroup {
  /** Accounts that rows came for, by platform and id. */
  readonly accounts = new Map<string, AccountSeen>();
  readonly deliveryIds: string[] = [];
  /** Asked before every insert: are the deliveries still alive? */
  readonly guards: (() => Promise<void>)[] = [];
  private readonly writer: FactWriter;
  private finished: Promise<Map<string, ChangeCounts> | 'waiting'> | null = null;
  private noted = false;
  private keys: Promise<ViewerKeys> | null = null;
  private readonly retryMs: number;
  private spilling: Promise<void> | null = null;

  constructor(
    private readonly stores: IngestStores,
    readonly kind: ImportKind,
    private readonly run: { brandId: number; dryRun: boolean },
  ) {
    const { spill } = stores;
    this.retryMs = stores.retryMs ?? (spill ? SPILL_AFTER_MS : GIVE_UP_AFTER_MS);
    this.writer = new FactWriter(stores.warehouse, factTableOf(kind), {
      retryMs: this.retryMs,
      beforeInsert: async () => {
        for (const guard of this.guards) await guard();
      },
      onOutage: spill ? (batch) => this.keep(spill, batch) : undefined,
    });
  }

  /** The brand's viewer keys, asked for once by all batches that are written together. */
  viewerKeys(load: () => Promise<ViewerKeys>): Promise<ViewerKeys> {
    return (this.keys ??= load());
  }

  add(fact: FactRow): Promise<void> | null {
    return this.run.dryRun ? null : this.writer.add(fact);
  }

  /** The field of the catalogue that fills a column. */
  fieldOf(column: string): string | null {
    return this.kind.fields.find(({ name }) => columnOf(name) === column)?.name ?? null;
  }

  /** Writes what waits and counts; `waiting` when something of it is in the spill folder. Asked by every batch, done once. */
  finish(): Promise<Map<string, ChangeCounts> | 'waiting'> {
    return (this.finished ??= this.write());
  }

  /** Accounts are registered before the counts: facts without a way back to their account would be nobody's. */
  private async write(): Promise<Map<string, ChangeCounts> | 'waiting'> {
    if (this.run.dryRun) return new Map();
    const { brandId } = this.run;
    const { spill, warehouse } = this.stores;
    const accounts = [...this.accounts.values()];
    await this.writer.finish();
    if (this.writer.partitions.size === 0) return new Map();
    try {
      await registerAccounts(warehouse, brandId, accounts, this.spilling ? 0 : this.retryMs);
      if (!this.spilling) return await deliveryCounts(warehouse, factTableOf(this.kind), this.scope());
    } catch (error) {
      if (!spill || !isOutage(error)) throw error;
    }
    await this.spillAccounts(spill!);
    return 'waiting';
  }

  /** After a failure of the source: what is on its way arrives before the delivery is ended. */
  abandon(): Promise<void> {
    return this.writer.abandon();
  }

  /** Says durably that all rows of the delivery are in the store or in the folder; from then on its source may forget them. */
  async seal(counts: { read: number; rejected: number }): Promise<void> {
    const { brandId, accountKeys, months } = this.scope();
    const sealed = { ...counts, table: factTableOf(this.kind).name, brandId, accountKeys: accountKeys.map(String), months };
    for (const deliveryId of this.deliveryIds) {
      await this.stores.spill!.note({ deliveryId, sealed });
      await spillDelivery(this.stores.dataSource, deliveryId); // a process that slept must not acknowledge what was ended meanwhile
    }
  }

  private scope(): DeliveryScope {
    const accountKeys = [...this.accounts.values()].map(({ key }) => key);
    return { brandId: this.run.brandId, deliveryIds: this.deliveryIds, accountKeys, months: [...this.writer.partitions] };
  }

  /** First the folder knows of the deliveries, then they are in flight without heartbeat, then their rows are kept: a kill in between loses nothing. */
  private beginSpilling(spill: SpillFolder): Promise<void> {
    return (this.spilling ??= (async () => {
      for (const deliveryId of this.deliveryIds) {
        await spill.note({ deliveryId, sealed: null });
        await spillDelivery(this.stores.dataSource, deliveryId);
      }
    })());
  }

  private async keep(spill: SpillFolder, { table, rows, chunks }: EncodedBatch): Promise<void> {
    await this.beginSpilling(spill);
    const [deliveryId] = this.deliveryIds; // rows from objects are one delivery each
    await spill.keep({ kind: 'facts', table: table.name, columns: table.columns, deliveryId, rows }, chunks);
  }

  private async spillAccounts(spill: SpillFolder): Promise<void> {
    await this.beginSpilling(spill);
    const lines = accountRows(this.run.brandId, this.accounts.values()).map((row) => Buffer.from(`${JSON.stringify(row)}\n`));
    if (lines.length > 0) await spill.keep({ kind: 'rows', table: 'account_keys', deliveryId: null, rows: lines.length }, lines);
  }

  /** Names how many accounts nobody has declared: their facts are kept and reported as unassigned. Said once. */
  async notes(): Promise<Bilingual[]> {
    const accounts = [...this.accounts.values()];
    if (accounts.length === 0 || this.noted) return [];
    this.noted = true;
    // only those of this delivery: a collector delivers every second, and a brand may have thousands
    const declared = (await this.stores.dataSource.query(
      'SELECT account_key::text AS key FROM account WHERE brand_id = $1 AND account_key = ANY($2::numeric[])',
      [this.run.brandId, accounts.map(({ key }) => key.toString())],
    )) as { key: string }[];
    const known = new Set(declared.map(({ key }) => key));
    const missing = accounts.filter(({ key }) => !known.has(key.toString()));
    if (missing.length === 0) return [];
    const shown = missing
      .slice(0, 5)
      .map(({ platform, accountId }) => `${platform}/${accountId}`)
      .join(', ');
    const more = missing.length > 5 ? ' …' : '';
    return [
      {
        zh: `${missing.length} 个账号尚未申报（${shown}${more}）：数据已保留，报表中归入“未分配”。请用 \`vitrine import accounts\` 申报。`,
        en: `${missing.length} accounts are not declared (${shown}${more}): their rows are kept and reported as unassigned. Declare them with \`vitrine import accounts\`.`,
      },
    ];
  }
}
