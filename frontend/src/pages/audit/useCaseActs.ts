import type { IntegrityCase } from '@app/contracts';
import { useQueryClient } from '@tanstack/vue-query';
import { ref } from 'vue';

/** Acts on a case: the answer is the case as it is then; lists and sums are read again. `failure` says what was refused, and why. */
export function useCaseActs(caseId: () => string) {
  const client = useQueryClient();
  const busy = ref(false);
  const failure = ref('');
  async function act(work: () => Promise<IntegrityCase | unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    failure.value = '';
    try {
      await work();
      return true;
    } catch (error) {
      failure.value = (error as Error).message;
      return false;
    } finally {
      busy.value = false;
      await Promise.all(['cases', 'case-summary', 'appeals', 'rectifications'].map((key) => client.invalidateQueries({ queryKey: [key] })));
      await client.invalidateQueries({ queryKey: ['case', caseId()] });
    }
  }
  return { busy, failure, act };
}
