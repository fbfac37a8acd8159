import type { RouteLocationRaw } from 'vue-router';
import type { RailEntry } from '@/components/frame/workspace';
import { useAddress } from './useAddress';

/** Where a line of the rail leads: month and basis follow to the next page. */
export function useEntryTarget(): (entry: RailEntry) => RouteLocationRaw {
  const address = useAddress();
  return ({ route: name, level }) => ({
    name,
    params: address.inPath(name) ? { month: address.month.value ?? '' } : {},
    query: {
      ...address.carried.value,
      ...(address.inPath(name) || !address.month.value ? {} : { month: address.month.value }),
      ...(level && level !== 'dealer' ? { level } : {}),
    },
  });
}
