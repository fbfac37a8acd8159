import type { Close, CloseRequest, FigureChange, MonthStatus, Page, PreviewWindow, Settlement, SettlementSheet } from '@app/contracts';
import { allRows, getFile, getJson, sendJson } from './client';

export const listMonthStatus = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<MonthStatus>>('closes/status', { limit: 500, cursor }, signal));
export const listCloses = (month: string, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<Close>>('closes', { month, limit: 500, cursor }, signal));
export const listCloseRequests = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<CloseRequest>>('closes/requests', { limit: 500, cursor }, signal));

const MOST_CHANGES = 2000;
/** Figures that differ from a close; at most 2,000 are read, `total` says how many there are. */
export async function listCloseDiff(from: string, to: string, signal?: AbortSignal): Promise<{ rows: FigureChange[]; total: number }> {
  const rows: FigureChange[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await getJson<Page<FigureChange>>('closes/diff', { from, to, limit: 500, cursor }, signal);
    rows.push(...page.rows);
    if (page.nextCursor === null || rows.length >= MOST_CHANGES) return { rows, total: page.total };
    cursor = page.nextCursor;
  }
}
const post = <Answer>(path: string, body: object) => sendJson<Answer>(path, { method: 'POST', body });
export const openPreview = (month: string) => post<PreviewWindow>('closes/previews', { month });
export const requestClose = (body: { month: string; kind: 'close' | 'restate'; reason?: string; force?: boolean }) =>
  post<CloseRequest>('closes/requests', body);
export const confirmClose = (requestId: string) => post<Close>(`closes/requests/${requestId}/confirm`, {});
export const rejectClose = (requestId: string, reason: string) =>
  post<CloseRequest>(`closes/requests/${requestId}/reject`, reason ? { reason } : {});

export type SettlementWithSheets = Settlement & { sheets: SettlementSheet[] };
export const listSettlements = (month: string | null, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<Settlement>>('settlements', { month, limit: 500, cursor }, signal));
export const getSettlement = (settlementId: string, signal?: AbortSignal) =>
  getJson<SettlementWithSheets>(`settlements/${settlementId}`, {}, signal);
export const previewSettlement = (month: string, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<SettlementSheet>>('settlements/preview', { month, limit: 500, cursor }, signal));
export const prepareSettlement = (month: string) => post<SettlementWithSheets>('settlements', { month });
export const approveSettlement = (settlementId: string, reason: string) =>
  post<Settlement>(`settlements/${settlementId}/approve`, reason ? { reason } : {});
export const withdrawSettlement = (settlementId: string, reason: string) =>
  post<Settlement>(`settlements/${settlementId}/withdraw`, reason ? { reason } : {});
export const getSettlementFile = (settlementId: string) => getFile(`settlements/${settlementId}/sheet.xlsx`);
