import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** One value of the address beyond those of `useAddress`: read from the query, written to it; `initial` is left out of it. Unknown values read as `initial`. */
export function useAddressField<T extends string = string>(key: string, initial: NoInfer<T>): WritableComputedRef<T>;
export function useAddressField<T extends string>(key: string, initial: T, among: readonly T[]): WritableComputedRef<T>;
export function useAddressField<T extends string>(key: string, initial: T, among?: readonly T[]): WritableComputedRef<T> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get() {
      const given = route.query[key];
      const text = (Array.isArray(given) ? given[0] : given) ?? '';
      if (text === '') return initial;
      return among && !among.includes(text as T) ? initial : (text as T);
    },
    set(value: T) {
      const rest = Object.fromEntries(Object.entries(route.query).filter(([name]) => name !== key));
      void router.replace({ query: value === initial ? rest : { ...rest, [key]: value } });
    },
  });
}
