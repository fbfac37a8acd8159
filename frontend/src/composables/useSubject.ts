import { useQuery } from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { getAccount, getDealer, type SubjectPath } from '@/api/resources';
import { fillMonths } from '@/figures/series';
import { useAddress } from './useAddress';
import { useReport, useSeries } from './useReport';

/** Everything that the page of one dealer or account shows: who it is, its figures of the month, its last twelve months. */
export function useSubject(path: MaybeRefOrGetter<SubjectPath>) {
  const address = useAddress();
  const subject = computed(() => toValue(path));
  const filter = computed(() => {
    const month = address.month.value;
    if (!month) return null;
    const { basis } = address;
    const who = subject.value;
    return who.kind === 'dealer'
      ? { month, level: 'dealer' as const, dealerId: who.dealerId, basis: basis.value }
      : { month, level: 'account' as const, platform: who.platform, accountId: who.accountId, basis: basis.value };
  });
  const identity = useQuery({
    queryKey: computed(() => ['subject', subject.value] as const),
    queryFn: async ({ signal }) => {
      const who = subject.value;
      return who.kind === 'dealer'
        ? { dealer: await getDealer(who.dealerId, signal), account: null }
        : { dealer: null, account: await getAccount(who.platform, who.accountId, signal) };
    },
  });
  const ranking = useReport('ranking', filter, false);
  const showroom = useReport('showroom', filter, false);
  const value = useReport('value', filter, false);
  const accountFilter = computed(() =>
    filter.value && subject.value.kind === 'dealer' ? { ...filter.value, level: 'account' as const } : null,
  );
  const accounts = useReport('ranking', accountFilter, false);
  const series = useSeries(subject, address.month);
  const months = computed(() => (series.data.value && address.month.value ? fillMonths(series.data.value, address.month.value, 12) : []));
  return {
    address,
    identity,
    reports: { ranking, showroom, value, accounts },
    meta: computed(() => ranking.data.value?.meta ?? null),
    ranking: computed(() => ranking.data.value?.rows[0] ?? null),
    showroom: computed(() => showroom.data.value?.rows[0] ?? null),
    value: computed(() => value.data.value?.rows[0] ?? null),
    accounts: computed(() => accounts.data.value?.rows ?? []),
    pending: computed(() => ranking.isPending.value || showroom.isPending.value || value.isPending.value),
    error: computed(() => identity.error.value ?? ranking.error.value ?? showroom.error.value ?? value.error.value),
    months,
    seriesPending: series.isPending,
    seriesError: series.error,
    retry: () => void Promise.all([identity, ranking, showroom, value, series].map((query) => query.refetch())),
  };
}
export type SubjectState = ReturnType<typeof useSubject>;
