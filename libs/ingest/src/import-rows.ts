import { randomUUID } from 'node:crypto';
import type { Bilingual } from '@app/contracts';
import { brandOf } from './delivery';
import { ImportGroup } from './import-group';
import type { ImportOptions, ImportResult, IngestStores, RowsRequest } from './import-request';
import type { BatchResult, BatchSource } from './import-run';
import { accountDefaults, kindSource } from './import-source';
import type { RawRow, RawRows } from './raw-row';

/** Imports rows that come as objects (collectors, HTTP): the same validation and the same writer as files; local times are refused. */
export async function importRows(stores: IngestStores, request: RowsRequest): Promise<ImportResult> {
  const source: BatchSource = {
    fileName: null,
    contentHash: request.contentHash ?? `rows ${randomUUID()}`,
    totalBytes: null,
    spreadsheet: false,
    defaults: accountDefaults(kindSource(request.kind), request.account),
    open: () => batched(request.rows),
  };
  return importBatch(stores, request, source);
}

/** One batch on its own. */
export async function importBatch(
  stores: IngestStores,
  request: ImportOptions & { kind: string },
  source: BatchSource,
): Promise<ImportResult> {
  const kind = kindSource(request.kind);
  const brand = await brandOf(stores.dataSource, request.brandId);
  const group = new ImportGroup(stores, brand, kind, request.dryRun === true);
  try {
    await group.read(source, request);
  } catch (error) {
    await group.close().catch(() => undefined);
    throw error;
  }
  return summed(await group.close());
}

async function* batched(rows: RowsRequest['rows']): RawRows {
  let batch: RawRow[] = [];
  let line = 0;
  for await (const values of rows) {
    batch.push({ line: ++line, values: values as Record<string, unknown> });
    if (batch.length === 500) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The counts of several batches as one result; unknown ones stay unknown. */
export function summed(batches: BatchResult[]): ImportResult {
  const sum = (of: (batch: BatchResult) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  const read = sum((batch) => batch.read);
  const rejected = sum((batch) => batch.rejects.count);
  const unknown = batches.some((batch) => batch.accepted === null);
  const accepted = unknown ? null : sum((batch) => batch.accepted ?? 0);
  const replaced = unknown ? null : sum((batch) => batch.replaced ?? 0);
  const rejectsFiles = batches.flatMap((batch) => batch.rejects.path ?? []);
  const notes = new Map<string, Bilingual>(batches.flatMap((batch) => batch.notes.map((note): [string, Bilingual] => [note.en, note])));
  return {
    read,
    accepted,
    replaced,
    unchanged: accepted === null || replaced === null ? null : read - rejected - accepted - replaced,
    rejected,
    ...(batches.some((batch) => batch.waiting) ? { waiting: true as const } : {}),
    rejectsFile: rejectsFiles[0] ?? null,
    rejectsFiles,
    rejects: batches.flatMap((batch) => batch.rejects.sample).slice(0, 20),
    notes: [...notes.values()],
  };
}
