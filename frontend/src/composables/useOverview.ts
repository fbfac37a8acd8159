import { useQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query';
import { getOverview } from '@/api/resources';
import { useShared } from './useShared';

const OVERVIEW = { queryKey: ['overview'], queryFn: ({ signal }: { signal: AbortSignal }) => getOverview(signal), staleTime: 60_000 };

/** Has brand and months read, unless they are under way or were read a minute ago. */
export const askForOverview = (client: QueryClient): void => void client.prefetchQuery(OVERVIEW);

/** Brand, months with facts and the month to open. Watched once for all; whoever comes has it read again where it is old or could not be read. */
export function useOverview() {
  const overview = useShared('overview', (client) => useQuery(OVERVIEW, client));
  askForOverview(useQueryClient());
  return overview;
}
