import type { WhatIfProgress, WhatIfQuery, WhatIfReport } from '@app/contracts';
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, ref, toValue, type MaybeRefOrGetter } from 'vue';
import { ApiError } from '@/api/client';
import { cancelWhatIf, findWhatIf, startWhatIf, type PagedWhatIf } from '@/api/policy';
import { useWords } from './useWords';

const ASK_AGAIN_MS = 600;

/**
 * The past under supposed rules; `query` null waits. A long question is asked about until it is answered (`progress` meanwhile); a newer question ends it on the
 * server. All pages of rows are read.
 */
export function useWhatIf(query: MaybeRefOrGetter<WhatIfQuery | null>) {
  const { say } = useWords();
  const progress = ref<WhatIfProgress | null>(null);
  const answer = useQuery({
    queryKey: computed(() => ['what-if', toValue(query)] as const),
    enabled: computed(() => toValue(query) !== null),
    placeholderData: keepPreviousData,
    staleTime: 300_000,
    retry: false,
    queryFn: async ({ signal }): Promise<WhatIfReport> => {
      progress.value = null;
      let job = await startWhatIf(toValue(query)!, signal);
      try {
        while (job.state === 'running') {
          progress.value = job.progress;
          await pause(ASK_AGAIN_MS, signal);
          job = await findWhatIf(job.id, undefined, signal);
        }
      } catch (error) {
        if (job.state === 'running') void cancelWhatIf(job.id).catch(() => undefined);
        throw error;
      } finally {
        progress.value = null;
      }
      if (!job.result) throw new ApiError(500, job.error?.code ?? job.state, say(job.error?.text) || job.state);
      return { ...job.result, rows: await restOf(job, signal) };
    },
  });
  return { ...answer, progress };
}

async function restOf(job: PagedWhatIf, signal: AbortSignal) {
  const rows = [...(job.result?.rows ?? [])];
  for (let cursor = job.result?.nextCursor; cursor;) {
    const { result } = await findWhatIf(job.id, cursor, signal);
    rows.push(...(result?.rows ?? []));
    cursor = result?.nextCursor;
  }
  return rows;
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('aborted', 'AbortError'));
    });
  });
