import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { getReport, getSeries, type ReportFilter, type SubjectPath } from '@/api/resources';

type Name = 'showroom' | 'value' | 'tiers' | 'ranking';

/** How one report is asked for. */
export const reportQuery = <N extends Name>(name: N, filter: ReportFilter) => ({
  queryKey: ['report', name, filter] as const,
  queryFn: ({ signal }: { signal?: AbortSignal }) => getReport(name, filter, signal),
  // comparing 5,000 rows with those of before costs more than drawing what is in view
  structuralSharing: false as const,
});

/** One report; `filter` null waits. The previous answer stays on screen while the next one is read. */
export function useReport<N extends Name>(name: N, filter: MaybeRefOrGetter<ReportFilter | null>, keep = true) {
  return useQuery({
    queryKey: computed(() => ['report', name, toValue(filter)] as const),
    queryFn: ({ signal }) => reportQuery(name, toValue(filter)!).queryFn({ signal }),
    enabled: computed(() => toValue(filter) !== null),
    placeholderData: keep ? keepPreviousData : undefined,
    structuralSharing: false,
  });
}

/** The twelve months up to and with `to`. */
export function useSeries(subject: MaybeRefOrGetter<SubjectPath>, to: MaybeRefOrGetter<string | null>) {
  return useQuery({
    queryKey: computed(() => ['series', toValue(subject), toValue(to)] as const),
    queryFn: ({ signal }) => getSeries(toValue(subject), toValue(to)!, 12, signal),
    enabled: computed(() => toValue(to) !== null),
  });
}
