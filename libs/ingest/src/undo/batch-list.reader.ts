import { findImportKind, type Bilingual, type ImportedBatch } from '@app/contracts';
import { undoneDeliveries } from '@app/warehouse';
import type { IngestStores } from '../import-request';
import { kindSource } from '../import-source';
import { EXPORT_PRESETS } from '../presets/presets';

interface DeliveryRow {
  deliveryId: string;
  state: 'running' | 'spilled' | 'done' | 'failed';
  file: string;
  source: string;
  startedAt: string;
  read: string;
  accepted: string;
  replaced: string;
  rejected: string;
}

interface BatchRow {
  batchId: string;
  kind: string;
  deliveries: DeliveryRow[];
}

/** A batch with the deliveries that brought it. */
export interface KnownBatch {
  batch: ImportedBatch;
  /** Ids as decimal strings, all of them: those that were taken back before, too. */
  deliveryIds: string[];
  underWay: boolean;
}

// only what was brought as a file: what connectors collect and programs push comes again by itself
const BATCHES = (which: string): string => `
  SELECT batch.batch_id AS "batchId", batch.kind,
    json_agg(json_build_object('deliveryId', delivery.delivery_id::text, 'state', delivery.state, 'file', delivery.file_name, 'source', delivery.source,
      'startedAt', delivery.started_at, 'read', delivery.read::text, 'accepted', delivery.accepted::text, 'replaced', delivery.replaced::text,
      'rejected', delivery.rejected::text) ORDER BY delivery.delivery_id) AS deliveries
  FROM batch JOIN delivery USING (batch_id)
  WHERE batch.brand_id = $1 AND delivery.file_name IS NOT NULL AND ${which}
  GROUP BY batch.batch_id
  ORDER BY max(delivery.started_at) DESC, batch.batch_id
  LIMIT $3`;

/** The brand's batches of files, the one that was brought last first. */
export async function listBatches({ dataSource, warehouse }: IngestStores, brandId: number, most: number): Promise<ImportedBatch[]> {
  const rows = (await dataSource.query(BATCHES('$2::text IS NULL'), [brandId, null, most])) as BatchRow[];
  const undone = await undoneDeliveries(warehouse, brandId);
  return rows.map((row) => batchOf(row, undone).batch);
}

/** One of them; null: the brand has none of this id that was brought as a file. */
export async function findBatch({ dataSource, warehouse }: IngestStores, brandId: number, batchId: string): Promise<KnownBatch | null> {
  const [row] = (await dataSource.query(BATCHES('batch.batch_id::text = $2'), [brandId, batchId, 1])) as BatchRow[];
  return row ? batchOf(row, await undoneDeliveries(warehouse, brandId)) : null;
}

function batchOf({ batchId, kind, deliveries }: BatchRow, undone: ReadonlyMap<string, number>): KnownBatch {
  const standing = deliveries.filter(({ deliveryId }) => !undone.has(deliveryId));
  const underWay = deliveries.some(({ state }) => state === 'running' || state === 'spilled');
  const last = deliveries[deliveries.length - 1];
  const changed = (row: DeliveryRow) => Number(row.accepted) + Number(row.replaced);
  const most = deliveries.reduce((best, row) => (changed(row) > changed(best) ? row : best));
  const at = deliveries.map(({ deliveryId }) => undone.get(deliveryId)).filter((instant) => instant !== undefined);
  const ended = standing.some(({ state }) => state === 'done');
  const batch: ImportedBatch = {
    batchId,
    kind,
    label: labelOf(kind),
    files: [...new Set(deliveries.map(({ file }) => plainName(file)))],
    source: last.source,
    state: underWay ? 'under-way' : standing.length === 0 ? 'undone' : ended ? 'standing' : 'failed',
    deliveries: deliveries.length,
    firstDeliveredAt: iso(deliveries[0].startedAt),
    lastDeliveredAt: iso(last.startedAt),
    read: Number(most.read),
    accepted: Number(most.accepted),
    replaced: Number(most.replaced),
    rejected: Number(most.rejected),
    undoneAt: standing.length === 0 ? new Date(Math.max(...at)).toISOString() : null,
    refusal: refusalOf(kind),
  };
  return { batch, deliveryIds: deliveries.map(({ deliveryId }) => deliveryId), underWay };
}

const iso = (instant: string): string => new Date(instant).toISOString();
/** Files of the page are kept under an id of ours before their name. */
const plainName = (file: string): string => file.replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/, '');

const labelOf = (kind: string): Bilingual =>
  findImportKind(kind)?.label ?? EXPORT_PRESETS.find(({ name }) => name === kind)?.label ?? { zh: kind, en: kind };

function refusalOf(kind: string): Bilingual | null {
  if (isKnown(kind) && kindSource(kind).kind.store === 'facts') return null;
  return {
    zh: '主数据按行更正，其他内容可能已依据它：请导入更正后的文件',
    en: 'Master data is corrected row by row, and other things may rest upon it: import the corrected file',
  };
}
const isKnown = (kind: string): boolean => findImportKind(kind) !== null || EXPORT_PRESETS.some(({ name }) => name === kind);
