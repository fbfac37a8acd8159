import type { Brand } from '@app/contracts';
import { FactGroup } from './fact-target';
import type { ImportOptions, IngestStores } from './import-request';
import { BatchResult, BatchSource, ImportRun } from './import-run';
import type { KindSource } from './import-source';

/** Small files are written together: an insert and a count cost tens of milliseconds however few their rows. */
const GROUP_FILES = 100;
const GROUP_BYTES = 8_000_000;

/** Batches that are written and counted together, each with a delivery of its own. State goes batch by batch: its rows build on each other. */
export class ImportGroup {
  private readonly runs: ImportRun[] = [];
  private readonly facts: FactGroup | null;
  private bytes = 0;

  constructor(
    private readonly stores: IngestStores,
    private readonly brand: Brand,
    private readonly kind: KindSource,
    dryRun: boolean,
  ) {
    this.facts = kind.kind.store === 'facts' ? new FactGroup(stores, kind.kind, { brandId: brand.brandId, dryRun }) : null;
  }

  /** Whether a batch of this size may still come in. */
  takes(bytes: number): boolean {
    if (this.runs.length === 0) return true;
    return this.facts !== null && this.runs.length < GROUP_FILES && this.bytes + bytes <= GROUP_BYTES;
  }

  /** Reads a batch; answers whether any of its rows was of use. */
  async read(source: BatchSource, options: ImportOptions): Promise<boolean> {
    const run = new ImportRun(this.stores, this.brand, this.kind, source, options, this.facts);
    this.runs.push(run);
    this.bytes += source.totalBytes ?? 0;
    await run.read();
    return !run.barren;
  }

  /** Ends every batch, also when one of them fails; then throws the first failure. */
  async close(): Promise<BatchResult[]> {
    const results: BatchResult[] = [];
    const failures: unknown[] = [];
    for (const run of this.runs)
      await run.close().then(
        (result) => results.push(result),
        (error: unknown) => failures.push(error),
      );
    if (failures.length > 0) throw failures[0];
    return results;
  }
}
