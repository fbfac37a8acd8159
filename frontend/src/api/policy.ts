import type {
  Page,
  Policy,
  Proposal,
  ProposalKind,
  ProposalPreview,
  RateCard,
  WhatIfJob,
  WhatIfQuery,
  WhatIfReport,
  WhatIfRow,
} from '@app/contracts';
import { allRows, getJson, sendJson } from './client';

/** The newest first. */
export const listPolicies = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<Policy>>('policies', { limit: 500, cursor }, signal));

export const listRateCards = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<RateCard>>('rate-cards', { limit: 500, cursor }, signal));

export const listProposals = (kind: ProposalKind, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<Proposal>>('proposals', { kind, limit: 500, cursor }, signal));

export const getProposal = (proposalId: string, signal?: AbortSignal) =>
  getJson<ProposalPreview>(`proposals/${encodeURIComponent(proposalId)}`, {}, signal);

export const propose = (body: { kind: ProposalKind; rows: Record<string, unknown>[]; reason: string }) =>
  sendJson<ProposalPreview>('proposals', { method: 'POST', body });

export type ProposalDecision = 'activate' | 'reject' | 'withdraw';
export const decideProposal = (proposalId: string, decision: ProposalDecision, reason: string) =>
  sendJson<Proposal>(`proposals/${encodeURIComponent(proposalId)}/${decision}`, { method: 'POST', body: reason ? { reason } : {} });

/** A job whose rows come in pages. */
export type PagedWhatIf = Omit<WhatIfJob, 'result'> & { result: (Omit<WhatIfReport, 'rows'> & Page<WhatIfRow>) | null };
const PAGE = 500;
export const startWhatIf = (query: WhatIfQuery, signal?: AbortSignal) =>
  sendJson<PagedWhatIf>('what-if', { method: 'POST', body: { ...query, limit: PAGE }, signal });
export const findWhatIf = (id: string, cursor: string | undefined, signal?: AbortSignal) =>
  getJson<PagedWhatIf>(`what-if/${id}`, { limit: PAGE, cursor }, signal);
export const cancelWhatIf = (id: string) => sendJson<PagedWhatIf>(`what-if/${id}`, { method: 'DELETE' });
