import type { Bilingual, ImportKind } from '@app/contracts';
import { deliveryCounts } from './delivery-counts';
import { FactBuilder, FactContext } from './fact-builder';
import { FactWriter, registerAccounts } from './fact-writer';
import type { IngestStores } from './import-request';
import type { Rejected } from './problems';
import { Rejected as RejectedRow } from './problems';
import type { ParsedRow } from './row-parser';
import type { Target } from './target';

/** Rows of a fact kind: built, buffered, written to the landing table, counted. */
export class FactTarget implements Target {
  private readonly builder: FactBuilder;
  private readonly writer: FactWriter;

  constructor(
    private readonly stores: IngestStores,
    kind: ImportKind,
    private readonly run: { dryRun: boolean; context: FactContext },
  ) {
    this.builder = new FactBuilder(kind, run.context);
    this.writer = new FactWriter(stores.warehouse, this.builder.table);
  }

  add(_line: number, row: Record<string, unknown>): Promise<void> | Rejected | null {
    const fact = this.builder.build(row as ParsedRow);
    if (fact instanceof RejectedRow) return fact;
    return this.run.dryRun ? null : this.writer.add(fact);
  }

  /** Accounts are registered before the counts: facts without a way back to their account would be nobody's. */
  async finish(): Promise<{ accepted: number; replaced: number }> {
    if (this.run.dryRun) return { accepted: 0, replaced: 0 };
    const { brandId, deliveryId } = this.run.context;
    const accounts = [...this.builder.accounts.values()];
    await registerAccounts(this.stores.warehouse, brandId, accounts);
    await this.writer.finish();
    if (this.writer.partitions.size === 0) return { accepted: 0, replaced: 0 };
    return deliveryCounts(this.stores.warehouse, this.builder.table, {
      brandId,
      deliveryId: String(deliveryId),
      accountKeys: accounts.map(({ key }) => key),
      months: [...this.writer.partitions],
    });
  }

  /** Names how many accounts nobody has declared: their facts are kept and reported as unassigned. */
  async notes(): Promise<Bilingual[]> {
    const accounts = [...this.builder.accounts.values()];
    if (accounts.length === 0) return [];
    const declared = (await this.stores.dataSource.query('SELECT account_key::text AS key FROM account WHERE brand_id = $1', [
      this.run.context.brandId,
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
