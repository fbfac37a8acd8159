import { QueryClient } from '@tanstack/vue-query';
import { ApiError } from './client';

/** What all queries of the page share. Without a connection they fail and say so at once, as any other failure; when it is back, what is on screen is read again. */
export const createQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // answers are never changed in place: no proxy around each of their thousands of objects
        shallow: true,
        refetchOnWindowFocus: false,
        networkMode: 'always',
        refetchOnReconnect: true,
        // what the server refused will be refused again
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      },
      // never sent by itself later, when the person has long gone on
      mutations: { networkMode: 'always' },
    },
  });
