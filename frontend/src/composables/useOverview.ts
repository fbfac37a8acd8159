import { useQuery } from '@tanstack/vue-query';
import { getOverview } from '@/api/resources';

/** Brand, months with facts and the month to open. Read once, then kept. */
export const useOverview = () => useQuery({ queryKey: ['overview'], queryFn: ({ signal }) => getOverview(signal), staleTime: 60_000 });
