import type {
  Appeal,
  AppealGround,
  AppealState,
  CaseDecision,
  CaseOpening,
  CasePreview,
  CaseRow,
  CaseState,
  CaseSummary,
  DetectorPrecisionRow,
  Inspection,
  IntegrityCase,
  Page,
  Platform,
  Rectification,
  ReviewDraw,
} from '@app/contracts';
import { allRows, getFile, getJson, sendJson } from './client';

export interface CaseFilter {
  state?: CaseState | null;
  platform?: string | null;
  dealerId?: string | null;
  detector?: string | null;
  mine?: string | null;
  order?: 'risk' | 'opened' | 'due';
  limit?: number;
  cursor?: string;
}

const of = (caseId: string) => `cases/${encodeURIComponent(caseId)}`;
const post = <Answer>(path: string, body: object = {}) => sendJson<Answer>(path, { method: 'POST', body });

export const listCases = (filter: CaseFilter, signal?: AbortSignal) => getJson<Page<CaseRow>>('cases', { ...filter }, signal);
export const getCase = (caseId: string, signal?: AbortSignal) => getJson<IntegrityCase>(of(caseId), {}, signal);
export const getCaseSummary = (signal?: AbortSignal) => getJson<CaseSummary>('cases/summary', {}, signal);
export const previewCase = (caseId: string, signal?: AbortSignal) => getJson<CasePreview>(`${of(caseId)}/preview`, {}, signal);

export const openCase = (opening: CaseOpening) => post<IntegrityCase>('cases', opening);
export const claimCase = (caseId: string) => post<IntegrityCase>(`${of(caseId)}/claim`);
export const releaseCase = (caseId: string) => post<IntegrityCase>(`${of(caseId)}/release`);
export const noteOnCase = (caseId: string, text: string) => post<IntegrityCase>(`${of(caseId)}/notes`, { text });
export const decideCase = (caseId: string, decision: CaseDecision) => post<IntegrityCase>(`${of(caseId)}/decide`, decision);
export const proposePenalty = (caseId: string, asked: { dealerId?: string; months?: string[]; reason: string }) =>
  post<IntegrityCase>(`${of(caseId)}/penalties`, asked);
export const judgeEffect = (caseId: string, effectId: string, act: 'confirm' | 'reject' | 'end', reason: string) =>
  post<IntegrityCase>(`${of(caseId)}/effects/${encodeURIComponent(effectId)}/${act}`, { reason });
export const orderRectification = (caseId: string, asked: { text: string; dueDay?: string }) =>
  post<IntegrityCase>(`${of(caseId)}/rectifications`, asked);
export const fileAppeal = (caseId: string, asked: { signalIds?: string[]; ground: AppealGround; text: string }) =>
  post<Appeal>(`${of(caseId)}/appeals`, asked);

export const listAppeals = (filter: { state?: AppealState | null; limit?: number; cursor?: string }, signal?: AbortSignal) =>
  getJson<Page<Appeal>>('appeals', { ...filter }, signal);
export const attachFile = (appealId: string, file: File) =>
  sendJson<Appeal>(`appeals/${encodeURIComponent(appealId)}/files`, {
    method: 'POST',
    values: { name: file.name },
    body: new Blob([file], { type: 'application/octet-stream' }),
  });
export const getAppealFile = (appealId: string, fileId: string) =>
  getFile(`appeals/${encodeURIComponent(appealId)}/files/${encodeURIComponent(fileId)}`);
export const decideAppeal = (appealId: string, decision: { outcome: 'upheld' | 'overturned'; reason: string; falls?: string[] }) =>
  post<Appeal>(`appeals/${encodeURIComponent(appealId)}/decide`, decision);
export const withdrawAppeal = (appealId: string) => post<Appeal>(`appeals/${encodeURIComponent(appealId)}/withdraw`);

export const answerRectification = (rectificationId: string, text: string) =>
  post<Rectification>(`rectifications/${encodeURIComponent(rectificationId)}/answer`, { text });
export const listRectifications = (filter: { limit?: number; cursor?: string }, signal?: AbortSignal) =>
  getJson<Page<Rectification>>('rectifications', { ...filter }, signal);
export const judgeRectification = (rectificationId: string, act: 'close' | 'reopen', reason: string) =>
  post<Rectification>(`rectifications/${encodeURIComponent(rectificationId)}/${act}`, { reason });

/** How often each detector was right. */
export const listPrecision = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<DetectorPrecisionRow>>('detectors/precision', { limit: 500, cursor }, signal));

/** The random review of a month. */
export const getDraw = (month: string, signal?: AbortSignal) => getJson<ReviewDraw>('detectors/draw', { month }, signal);

/** Who is inspected: an account over business days, or one broadcast of it. */
export interface InspectionAsked {
  platform: Platform;
  accountId: string;
  sessionId?: string;
  from?: string;
  to?: string;
}
export const getInspection = (asked: InspectionAsked, signal?: AbortSignal) => getJson<Inspection>('inspections', { ...asked }, signal);
export const getInspectionPack = (asked: InspectionAsked, language: 'zh' | 'en') => getFile('inspections/pack', { ...asked, language });
