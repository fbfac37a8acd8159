import type { QueryClient } from '@tanstack/vue-query';
import { isMonth } from '@app/contracts';
import type { RouteLocationNormalized } from 'vue-router';
import type { ReportFilter } from '@/api/resources';
import { readQuery } from '@/composables/useAddress';
import { askForOverview } from '@/composables/useOverview';
import { reportQuery } from '@/composables/useReport';

/** What the ranking asks for at an address. */
export function rankingFilter(month: string, given: ReturnType<typeof readQuery>): ReportFilter {
  const { level, regions, platform, tier, basis, confidence } = given;
  return {
    ...{ month, level, platform, basis, confidence },
    regions: level === 'region' ? regions : undefined,
    tier: level === 'account' ? tier : null,
  };
}

/** Asks for what the page will show, before its code is there and its first line is drawn. An address without a month waits for the months. */
export function askForRanking(to: RouteLocationNormalized, client: QueryClient): void {
  askForOverview(client);
  const { month } = to.params;
  if (typeof month === 'string' && isMonth(month))
    void client.prefetchQuery(reportQuery('ranking', rankingFilter(month, readQuery(to.query))));
}
