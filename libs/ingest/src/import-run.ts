import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import type { Bilingual, Brand } from '@app/contracts';
import { carryKeys, erasedKeys, keysToCarry, loadViewerKeys, type DeliveryCounts } from '@app/database';
import type { ViewerKeys } from '@app/warehouse';
import { OpenDelivery } from './delivery';
import type { FactContext } from './fact-builder';
import { FactGroup, FactTarget } from './fact-target';
import type { ImportOptions, IngestStores } from './import-request';
import type { KindSource } from './import-source';
import { Rejected } from './problems';
import type { RawRow, RawRows, Reading } from './raw-row';
import { Rejects } from './rejects';
import { RowParser } from './row-parser';
import { StateTarget } from './state-target';
import type { Target } from './target';

export interface BatchSource {
  fileName: string | null;
  contentHash: string;
  totalBytes: number | null;
  spreadsheet: boolean;
  defaults: Record<string, unknown>;
  open(reading: Reading): RawRows;
}

export interface BatchResult {
  name: string;
  read: number;
  accepted: number | null;
  replaced: number | null;
  waiting: boolean;
  rejects: Rejects;
  notes: Bilingual[];
}

/** One batch (a file or a request) from its rows to its counts: `read`, then `close` in any case. */
export class ImportRun {
  private readonly notes: Bilingual[] = [];
  private readonly rejects: Rejects;
  private readonly now: () => number;
  private delivery: OpenDelivery | null = null;
  /** Set once all rows were read. */
  private whole: Target | null = null;
  private rows = 0;
  private bytes = 0;
  private localTimes = false;
  private viewerKeys: ViewerKeys;
  private carried: FactContext['carried'];
  private erased: FactContext['erased'];

  constructor(
    private readonly stores: IngestStores,
    private readonly brand: Brand,
    private readonly kind: KindSource,
    private readonly source: BatchSource,
    private readonly options: ImportOptions,
    /** Where facts go; null for state. */
    private readonly group: FactGroup | null,
  ) {
    this.now = stores.now ?? Date.now;
    const name = `${kind.kind.name}-${new Date(this.now()).toISOString().replace(/[:.]/g, '')}-${randomUUID().slice(0, 8)}.ndjson`;
    this.rejects = new Rejects(kind.kind, source.fileName, path.join(stores.dataDir, 'rejects', name));
  }

  /** No row was of use so far. */
  get barren(): boolean {
    return this.rejects.count === this.rows;
  }

  async read(): Promise<void> {
    const { options, source, kind } = this;
    if (!options.dryRun)
      this.delivery = await OpenDelivery.begin(this.stores.dataSource, {
        brandId: this.brand.brandId,
        kind: kind.preset?.name ?? kind.kind.name,
        source: options.source ?? 'file',
        contentHash: source.contentHash,
        fileName: source.fileName,
      });
    if (this.group) await this.loadKeys(this.group);
    const target = this.target(this.delivery);
    await this.takeRows(target, this.delivery);
    this.whole = target;
  }

  /** Writes what waits, ends the delivery with its counts. A batch that was not read to its end is marked as failed; one that waits stays in flight. */
  async close(): Promise<BatchResult> {
    let counts: Awaited<ReturnType<Target['finish']>> = { accepted: 0, replaced: 0 };
    let done = false;
    try {
      if (!this.whole) await this.group?.abandon();
      else {
        counts = await this.whole.finish();
        await this.carry();
        this.notes.push(...(await this.whole.notes()));
        if (counts === 'waiting') await this.group?.seal({ read: this.rows, rejected: this.rejects.count });
        done = true;
      }
    } finally {
      await this.rejects.close();
      if (done && counts === 'waiting') this.delivery?.leave();
      else await this.delivery?.finish(this.deliveryCounts(counts === 'waiting' ? null : counts, done), done ? 'done' : 'failed');
    }
    const known = this.options.dryRun || counts === 'waiting' ? null : counts;
    return {
      name: this.source.fileName ?? '',
      read: this.rows,
      accepted: known?.accepted ?? null,
      replaced: known?.replaced ?? null,
      waiting: counts === 'waiting',
      rejects: this.rejects,
      notes: this.notes,
    };
  }

  private async loadKeys(group: FactGroup): Promise<void> {
    const { dataSource, secret } = this.stores;
    const { brandId } = this.brand;
    this.viewerKeys = await group.viewerKeys(() => loadViewerKeys(dataSource, secret, brandId));
    // of each delivery, after it has begun: who is deleted waits for those that began before
    this.erased = await erasedKeys(dataSource, brandId);
    const carries = this.kind.kind.name === 'entries' && this.viewerKeys.changes.length > 0 && !this.options.dryRun;
    if (carries) this.carried = { of: await keysToCarry(dataSource, brandId), found: new Map() };
  }

  /** What sentinels and staff known by key are called after the change: before the delivery ends, so that no report sees the one without the other. */
  private async carry(): Promise<void> {
    const found = [...(this.carried?.found ?? [])];
    if (found.length === 0) return;
    const exported = found.map(([key, { next, at }]) => ({
      key: String(key),
      next: String(next),
      version: this.viewerKeys.versionAfter(at),
    }));
    await carryKeys(this.stores.dataSource, this.brand.brandId, exported);
  }

  private deliveryCounts(counts: { accepted: number; replaced: number } | null, done: boolean): DeliveryCounts {
    const { accepted, replaced } = counts ?? { accepted: 0, replaced: 0 };
    const unchanged = done ? Math.max(0, this.rows - this.rejects.count - accepted - replaced) : 0;
    return { read: this.rows, accepted, replaced, unchanged, rejected: this.rejects.count };
  }

  private target(delivery: OpenDelivery | null): Target {
    const { stores, brand, options, kind } = this;
    const fallback = delivery?.delivery.batchFirstDeliveredAt ?? this.now();
    if (!this.group) return new StateTarget(stores, brand, kind.kind, options.dryRun === true, (line, reject) => this.reject(line, reject));
    if (delivery) this.group.guards.push(() => delivery.assertAlive());
    return new FactTarget(this.group, {
      brandId: brand.brandId,
      zone: brand.zone,
      viewerKeys: this.viewerKeys,
      carried: this.carried,
      erased: this.erased,
      deliveryId: delivery?.delivery.deliveryId ?? '0',
      ingestedAt: delivery?.ingestedAt ?? this.now(),
      observedAt: options.observedAt ?? fallback,
      source: options.source ?? 'file',
    });
  }

  private async takeRows(target: Target, delivery: OpenDelivery | null): Promise<void> {
    const { source, kind, options } = this;
    const parser = new RowParser(kind.kind, {
      spreadsheet: source.spreadsheet,
      localZone: source.spreadsheet ? this.brand.zone : null,
      onLocal: () => (this.localTimes = true),
      now: this.now,
    });
    const defaults = { ...source.defaults };
    if (kind.preset?.kind === 'videos') defaults.readAt = options.observedAt ?? delivery?.delivery.batchFirstDeliveredAt ?? this.now();
    const names = Object.keys(defaults);
    const reading: Reading = { onBytes: (count) => (this.bytes += count), note: (note) => this.notes.push(note) };
    for await (const rows of source.open(reading)) {
      for (const row of rows) {
        this.rows++;
        const wait = this.take(row, parser, target, names.length > 0 ? { ...defaults, ...row.values } : row.values);
        if (wait) await wait;
      }
      delivery?.check();
      options.onProgress?.({ file: source.fileName, bytes: this.bytes, totalBytes: source.totalBytes, rows: this.rows });
    }
    if (parser.unknown.size > 0) this.notes.push(unknownFields([...parser.unknown]));
    if (this.localTimes) this.notes.push(localTimes(this.brand.zone));
  }

  private take(row: RawRow, parser: RowParser, target: Target, values: Record<string, unknown>): Promise<void> | null {
    if (row.problem) return this.rejects.add(row.line, null, row.problem);
    const parsed = parser.parse(values);
    if (parsed instanceof Rejected) return this.reject(row.line, parsed);
    const added = target.add(row.line, parsed);
    return added instanceof Rejected ? this.reject(row.line, added) : added;
  }

  private reject(line: number, { field, problem }: Rejected): Promise<void> | null {
    return this.rejects.add(line, field, problem);
  }
}

const unknownFields = (names: string[]): Bilingual => {
  const shown = names.map((name) => name.slice(0, 60)).join(', ');
  return { zh: `以下字段不在目录中，已忽略：${shown}。`, en: `Fields that are not in the catalogue were ignored: ${shown}.` };
};
const localTimes = (zone: string): Bilingual => ({
  zh: `没有写明时区的时间按品牌时区 ${zone} 读取。`,
  en: `Times without a zone were read in the brand's zone, ${zone}.`,
});
