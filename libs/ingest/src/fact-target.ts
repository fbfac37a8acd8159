import type { Bilingual, ImportKind } from '@app/contracts';
import { FactRow, FactWriter } from '@app/warehouse';
import { registerAccounts } from './account-registry';
import { ChangeCounts, deliveryCounts } from './delivery-counts';
import { AccountSeen, FactBuilder, FactContext, factTableOf } from './fact-builder';
import type { IngestStores } from './import-request';
import type { Rejected } from './problems';
import { Rejected as RejectedRow } from './problems';
import type { ParsedRow } from './row-parser';
import type { Target } from './target';

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
    return this.group.add(fact);
  }

  async finish(): Promise<ChangeCounts> {
    return (await this.group.finish()).get(String(this.context.deliveryId)) ?? { accepted: 0, replaced: 0 };
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
  private readonly writer: FactWriter;
  private finished: Promise<Map<string, ChangeCounts>> | null = null;
  private noted = false;

  constructor(
    private readonly stores: IngestStores,
    readonly kind: ImportKind,
    private readonly run: { brandId: number; dryRun: boolean },
  ) {
    this.writer = new FactWriter(stores.warehouse, factTableOf(kind));
  }

  add(fact: FactRow): Promise<void> | null {
    return this.run.dryRun ? null : this.writer.add(fact);
  }

  /** Writes what waits and counts. Asked by every batch, done once. */
  finish(): Promise<Map<string, ChangeCounts>> {
    return (this.finished ??= this.write());
  }

  /** Accounts are registered before the counts: facts without a way back to their account would be nobody's. */
  private async write(): Promise<Map<string, ChangeCounts>> {
    if (this.run.dryRun) return new Map();
    const { brandId } = this.run;
    const accounts = [...this.accounts.values()];
    await registerAccounts(this.stores.warehouse, brandId, accounts);
    await this.writer.finish();
    if (this.writer.partitions.size === 0) return new Map();
    return deliveryCounts(this.stores.warehouse, factTableOf(this.kind), {
      brandId,
      deliveryIds: this.deliveryIds,
      accountKeys: accounts.map(({ key }) => key),
      months: [...this.writer.partitions],
    });
  }

  /** Names how many accounts nobody has declared: their facts are kept and reported as unassigned. Said once. */
  async notes(): Promise<Bilingual[]> {
    const accounts = [...this.accounts.values()];
    if (accounts.length === 0 || this.noted) return [];
    this.noted = true;
    const declared = (await this.stores.dataSource.query('SELECT account_key::text AS key FROM account WHERE brand_id = $1', [
      this.run.brandId,
    ])) as { key: string }[];
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
