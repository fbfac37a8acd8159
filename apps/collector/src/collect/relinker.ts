import type { DataSource } from 'typeorm';
import { relinkExports, type IngestStores } from '@app/ingest';

export interface RelinkerParts {
  dataSource: DataSource;
  ingest: IngestStores;
  /** So long after platforms told something it is looked whether files had told it before. */
  afterMs: number;
  onError: (error: unknown) => void;
}

/**
 * Gives works that files told first the platform's ids, soon after the platform has told them too: till then both stand there (docs/adr/0020). One process at a
 * time; what is missed at a stop is found after the next delivery.
 */
export class Relinker {
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly parts: RelinkerParts) {}

  /** Broadcasts or videos of a brand have been written. */
  told(brandId: number): void {
    if (this.timers.has(brandId)) return;
    const timer = setTimeout(() => {
      this.timers.delete(brandId);
      const work = this.relink(brandId)
        .catch(this.parts.onError)
        .finally(() => this.running.delete(work));
      this.running.add(work);
    }, this.parts.afterMs);
    this.timers.set(brandId, timer.unref());
  }

  private async relink(brandId: number): Promise<void> {
    const { dataSource, ingest } = this.parts;
    await dataSource.transaction(async (tx) => {
      const [{ free }] = (await tx.query('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS free', [`relink ${brandId}`])) as [
        { free: boolean },
      ];
      if (free) await relinkExports(ingest, { brandId });
    });
  }

  async close(): Promise<void> {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    await Promise.all(this.running);
  }
}
