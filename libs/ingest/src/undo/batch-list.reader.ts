import { findImportKind, type Bilingual, type ImportedBatch } from '@app/contracts';
import { landingFloor, undoneDeliveries } from '@app/warehouse';
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

/** How an undo stands among the deliveries: named, so that the index of files finds it. */
export const UNDO = { kind: 'undo', fileName: 'undo', hashOf: (batchId: string): string => `undo ${batchId}` };

const LAST_UNDOS = `
  SELECT batch.content_hash AS hash, (array_agg(delivery.state ORDER BY delivery.delivery_id DESC))[1] AS state
  FROM batch JOIN delivery USING (batch_id)
  WHERE batch.brand_id = $1 AND batch.kind = '${UNDO.kind}' AND delivery.file_name IS NOT NULL
  GROUP BY batch.content_hash`;

// only what was brought as a file: what connectors collect and programs push comes again by itself
const BATCHES = (which: string): string => `
  SELECT batch.batch_id AS "batchId", batch.kind,
    json_agg(json_build_object('deliveryId', delivery.delivery_id::text, 'state', delivery.state, 'file', delivery.file_name, 'source', delivery.source,
      'startedAt', delivery.started_at, 'read', delivery.read::text, 'accepted', delivery.accepted::text, 'replaced', delivery.replaced::text,
      'rejected', delivery.rejected::text) ORDER BY delivery.delivery_id) AS deliveries
  FROM batch JOIN delivery USING (batch_id)
  WHERE batch.brand_id = $1 AND batch.kind <> '${UNDO.kind}' AND delivery.file_name IS NOT NULL AND ${which}
  GROUP BY batch.batch_id
  ORDER BY max(delivery.started_at) DESC, batch.batch_id
  LIMIT $3`;

/** The brand's batches of files, the one that was brought last first. */
export async function listBatches({ dataSource, warehouse }: IngestStores, brandId: number, most: number): Promise<ImportedBatch[]> {
  const rows = (await dataSource.query(BATCHES('$2::text IS NULL'), [brandId, null, most])) as BatchRow[];
  const beside = await besideOf({ dataSource, warehouse }, brandId);
  return rows.map((row) => batchOf(row, beside).batch);
}

/** One of them; null: the brand has none of this id that was brought as a file. */
export async function findBatch({ dataSource, warehouse }: IngestStores, brandId: number, batchId: string): Promise<KnownBatch | null> {
  const [row] = (await dataSource.query(BATCHES('batch.batch_id::text = $2'), [brandId, batchId, 1])) as BatchRow[];
  return row ? batchOf(row, await besideOf({ dataSource, warehouse }, brandId)) : null;
}

/** What decides how a batch stands, beside its deliveries. Instants epoch ms. */
interface Beside {
  /** When each delivery was taken back. */
  undone: ReadonlyMap<string, number>;
  /** How the last undo of a batch ended, by its hash. */
  undos: ReadonlyMap<string, DeliveryRow['state']>;
  /** Below it the logs no longer hold what was replaced; null: they hold everything. */
  floor: number | null;
}

async function besideOf({ dataSource, warehouse }: Pick<IngestStores, 'dataSource' | 'warehouse'>, brandId: number): Promise<Beside> {
  const [undone, undos, floor] = await Promise.all([
    undoneDeliveries(warehouse, brandId),
    dataSource.query(LAST_UNDOS, [brandId]) as Promise<{ hash: string; state: DeliveryRow['state'] }[]>,
    landingFloor(warehouse),
  ]);
  return { undone, undos: new Map(undos.map(({ hash, state }) => [hash, state])), floor };
}

function batchOf({ batchId, kind, deliveries }: BatchRow, { undone, undos, floor }: Beside): KnownBatch {
  const standing = deliveries.filter(({ deliveryId }) => !undone.has(deliveryId));
  const underWay = deliveries.some(({ state }) => state === 'running' || state === 'spilled');
  const last = deliveries[deliveries.length - 1];
  const changed = (row: DeliveryRow) => Number(row.accepted) + Number(row.replaced);
  const most = deliveries.reduce((best, row) => (changed(row) > changed(best) ? row : best));
  const at = deliveries.map(({ deliveryId }) => undone.get(deliveryId)).filter((instant) => instant !== undefined);
  const ended = standing.some(({ state }) => state === 'done');
  const isUndone = standing.length === 0;
  const lastUndo = undos.get(UNDO.hashOf(batchId)) ?? 'done';
  const endOfUndo = lastUndo === 'done' ? 'undone' : lastUndo === 'failed' ? 'failed' : 'under-way';
  const batch: ImportedBatch = {
    batchId,
    kind,
    label: labelOf(kind),
    files: [...new Set(deliveries.map(({ file }) => plainName(file)))],
    source: last.source,
    state: underWay ? 'under-way' : isUndone ? endOfUndo : ended ? 'standing' : 'failed',
    deliveries: deliveries.length,
    firstDeliveredAt: iso(deliveries[0].startedAt),
    lastDeliveredAt: iso(last.startedAt),
    read: Number(most.read),
    accepted: Number(most.accepted),
    replaced: Number(most.replaced),
    rejected: Number(most.rejected),
    undoneAt: isUndone && endOfUndo === 'undone' ? new Date(Math.max(...at)).toISOString() : null,
    refusal: refusalOf(kind) ?? (floor !== null && standing.some(({ startedAt }) => Date.parse(iso(startedAt)) <= floor) ? TRIMMED : null),
  };
  return { batch, deliveryIds: deliveries.map(({ deliveryId }) => deliveryId), underWay };
}

const iso = (instant: string): string => new Date(instant).toISOString();
/** Files of the page are kept under an id of ours before their name. */
const plainName = (file: string): string => file.replace(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/, '');

const labelOf = (kind: string): Bilingual =>
  findImportKind(kind)?.label ?? EXPORT_PRESETS.find(({ name }) => name === kind)?.label ?? { zh: kind, en: kind };

const TRIMMED: Bilingual = {
  zh: '到达日志已按保留期整理，此文件当时覆盖的内容已不在日志中，无法恢复',
  en: 'The landing logs were trimmed since: what the file had replaced is no longer in them and could not be brought back',
};

function refusalOf(kind: string): Bilingual | null {
  if (isKnown(kind) && kindSource(kind).kind.store === 'facts') return null;
  return {
    zh: '主数据按行更正，其他内容可能已依据它：请导入更正后的文件',
    en: 'Master data is corrected row by row, and other things may rest upon it: import the corrected file',
  };
}
const isKnown = (kind: string): boolean => findImportKind(kind) !== null || EXPORT_PRESETS.some(({ name }) => name === kind);
