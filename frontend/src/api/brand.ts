import type {
  AccountHealth,
  Basis,
  CaseRow,
  CoverageRow,
  Connection,
  FootfallRow,
  HealthState,
  HealthSummary,
  Page,
  Report,
  StructureRow,
  TierHistory,
} from '@app/contracts';
import { allRows, getJson } from './client';

/** Business days, half open. */
export interface Days {
  from: string;
  to: string;
}

export const getHealthSummary = (days: Partial<Days>, signal?: AbortSignal) =>
  getJson<HealthSummary>('health/summary', { ...days }, signal);

export const listHealth = (filter: Partial<Days> & { state?: HealthState | null }, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<AccountHealth>>('health/accounts', { ...filter, limit: 500, cursor }, signal));

export const listCoverage = (filter: Partial<Days> & { account?: string }, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<CoverageRow>>('coverage', { ...filter, limit: 500, cursor }, signal));

export const listConnections = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<Connection>>('connections', { limit: 500, cursor }, signal));

/** Tier spans that end in or after the month, up to it; one that begins in it is a change. */
export const listTierChanges = (month: string, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<TierHistory>>('tiers/history', { month, from: month, limit: 500, cursor }, signal));

export const listStructure = (
  filter: { month: string; level: 'dealer' | 'region' | 'brand'; regions?: 'adcode' | 'sales' },
  signal?: AbortSignal,
) => allRows((cursor) => getJson<Page<StructureRow>>('tiers/structure', { ...filter, limit: 500, cursor }, signal));

export const getFootfall = (filter: { month: string; level: 'dealer' | 'brand'; basis: Basis }, signal?: AbortSignal) =>
  getJson<Report<FootfallRow>>('reports/footfall', { ...filter }, signal);

/** Open cases, the most value at risk first. */
export const listCasesAtRisk = (limit: number, signal?: AbortSignal) =>
  getJson<Page<CaseRow>>('cases', { order: 'risk', state: 'open', limit }, signal);
