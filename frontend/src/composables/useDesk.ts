import { useQuery } from '@tanstack/vue-query';
import { addMonths } from '@app/contracts';
import { computed } from 'vue';
import { useRoute } from 'vue-router';
import { listOwnDealers } from '@/api/desk';
import { useAddress } from './useAddress';

/** The dealer that the pages of a dealer are about: the one in the address, else the first that the person has; and the month. */
export function useDesk() {
  const address = useAddress();
  const route = useRoute();
  const dealers = useQuery({ queryKey: ['own-dealers'], queryFn: ({ signal }) => listOwnDealers(signal), staleTime: 300_000 });
  const dealer = computed(() => {
    const list = dealers.data.value ?? [];
    return list.find(({ dealerId }) => dealerId === route.query.dealer) ?? list[0] ?? null;
  });
  return {
    address,
    dealers,
    dealer,
    month: address.month,
    monthBefore: computed(() => (address.month.value ? addMonths(address.month.value, -1) : null)),
    /** What every query about the dealer needs; null while it is unknown. */
    asked: computed(() =>
      dealer.value && address.month.value
        ? { month: address.month.value, dealerId: dealer.value.dealerId, basis: address.basis.value }
        : null,
    ),
  };
}
