import type {
  AccountListRow,
  Basis,
  CoverageGap,
  DealerListRow,
  Explanation,
  MonthStatus,
  Page,
  Platform,
  RankingRow,
  Report,
  SessionListRow,
  ShowroomRow,
  TierDistance,
} from '@app/contracts';
import { allRows, getJson } from './client';

export const listOwnDealers = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<DealerListRow>>('dealers', { limit: 500, cursor }, signal));

export const listOwnAccounts = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<AccountListRow>>('accounts', { limit: 500, cursor }, signal));

/** The dealer's row, and the others as places without names. */
export const getStanding = (filter: { month: string; dealerId: string; basis: Basis }, signal?: AbortSignal) =>
  getJson<Report<RankingRow>>('reports/ranking', { ...filter, level: 'dealer', neighbours: 'true' }, signal);

/** What makes the difference between the scores of two months. */
export const getScoreChange = (asked: { month: string; againstMonth: string; dealerId: string; basis: Basis }, signal?: AbortSignal) => {
  const { dealerId, ...rest } = asked;
  return getJson<Explanation>('explain/score', { ...rest, level: 'dealer', subject: dealerId, nested: 'false', limit: 1 }, signal);
};

export const listDistances = (filter: { month?: string; dealerId: string }, signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<TierDistance>>('tiers/distance', { ...filter, limit: 500, cursor }, signal));

export const listSessions = (account: { platform: Platform; accountId: string }, month: string, signal?: AbortSignal) =>
  allRows((cursor) =>
    getJson<Page<SessionListRow>>(
      `accounts/${account.platform}/${encodeURIComponent(account.accountId)}/sessions`,
      { month, limit: 500, cursor },
      signal,
    ),
  );

export const getShowroom = (filter: { month: string; dealerId: string; basis: Basis }, signal?: AbortSignal) =>
  getJson<Report<ShowroomRow>>('reports/showroom', { ...filter, level: 'dealer' }, signal);

export const listMonthStatus = (signal?: AbortSignal) => getJson<Page<MonthStatus>>('closes/status', { limit: 100 }, signal);

/** Missing days of the last 30 whole ones. */
export const listRecentGaps = (signal?: AbortSignal) =>
  allRows((cursor) => getJson<Page<CoverageGap>>('coverage/gaps', { limit: 500, cursor }, signal));
