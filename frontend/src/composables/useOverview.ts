import { useQuery } from '@tanstack/vue-query';
import { getOverview } from '@/api/resources';
import { useShared } from './useShared';

/** Brand, months with facts and the month to open. Read once, then kept. */
export const useOverview = () =>
  useShared('overview', (client) =>
    useQuery({ queryKey: ['overview'], queryFn: ({ signal }) => getOverview(signal), staleTime: 60_000 }, client),
  );
