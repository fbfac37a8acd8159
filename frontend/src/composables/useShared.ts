import { useQueryClient, type QueryClient } from '@tanstack/vue-query';
import { effectScope, type EffectScope } from 'vue';

const kept = new WeakMap<QueryClient, Map<string, { scope: EffectScope; value: unknown }>>();

/** One for all who ask under this name, made by the first: what a dozen parts of every page look at is not watched a dozen times. It lives until `forgetShared`. */
export function useShared<T>(name: string, make: (client: QueryClient) => T): T {
  const client = useQueryClient();
  let all = kept.get(client);
  if (!all) kept.set(client, (all = new Map()));
  let found = all.get(name);
  if (!found) {
    const scope = effectScope(true);
    all.set(name, (found = { scope, value: scope.run(() => make(client)) }));
  }
  return found.value as T;
}

/** Another person is another page: nothing of what was shared is left. */
export function forgetShared(client: QueryClient): void {
  for (const { scope } of kept.get(client)?.values() ?? []) scope.stop();
  kept.delete(client);
}
