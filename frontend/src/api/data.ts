import type { BatchContents, ImportedBatch, Page, Upload, UploadKind } from '@app/contracts';
import { allRows, getFile, getJson, sendJson } from './client';

export const listUploadKinds = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<UploadKind>>('imports/kinds', { limit: 500, cursor }, signal));

export const listUploads = (signal?: AbortSignal) => getJson<Page<Upload>>('imports', {}, signal);

/** Sends the file as it is; nothing is written before `runUpload`. */
export const sendUpload = (file: File, given: { kind: string; account: string }) =>
  sendJson<Upload>('imports', {
    method: 'POST',
    values: { kind: given.kind, account: given.account, name: file.name },
    body: new Blob([file], { type: 'application/octet-stream' }),
  });

export const runUpload = (uploadId: string) => sendJson<Upload>(`imports/${uploadId}/run`, { method: 'POST' });
export const dropUpload = (uploadId: string) => sendJson<undefined>(`imports/${uploadId}`, { method: 'DELETE' });
export const getRejects = (uploadId: string) => getFile(`imports/${uploadId}/rejects.ndjson`);

/** What was imported from files, the newest first. */
export const listBatches = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<ImportedBatch>>('imports/batches', { limit: 500, cursor }, signal));
export const getBatch = (batchId: string, signal?: AbortSignal) =>
  getJson<BatchContents>(`imports/batches/${encodeURIComponent(batchId)}`, {}, signal);
export const undoBatch = (batchId: string, reason: string) =>
  sendJson<BatchContents>(`imports/batches/${encodeURIComponent(batchId)}/undo`, { method: 'POST', body: { reason } });
