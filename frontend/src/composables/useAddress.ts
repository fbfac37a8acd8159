import { isMonth, PLATFORMS, TIERS, type Basis, type Platform, type Tier } from '@app/contracts';
import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQuery, type LocationQueryValue } from 'vue-router';
import { useOverview } from './useOverview';

export const RANKING_LEVELS = ['dealer', 'account', 'region'] as const;
export type RankingLevel = (typeof RANKING_LEVELS)[number];

const first = (value: LocationQueryValue | LocationQueryValue[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? '';
const among = <T extends string>(values: readonly T[], value: string, fallback: T | null) =>
  values.includes(value as T) ? (value as T) : fallback;

/** What the query of an address says; what it does not say, or says wrong, is as in the plain address. */
const READ = {
  basis: (value: string) => among(['raw', 'adjusted'] as const, value, 'adjusted') as Basis,
  level: (value: string) => among(RANKING_LEVELS, value, 'dealer') as RankingLevel,
  regions: (value: string) => among(['adcode', 'sales'] as const, value, 'adcode') as 'adcode' | 'sales',
  platform: (value: string) => among(PLATFORMS, value, null),
  tier: (value: string) => among(TIERS, value, null),
};
export const readQuery = (query: LocationQuery) => ({
  basis: READ.basis(first(query.basis)),
  level: READ.level(first(query.level)),
  regions: READ.regions(first(query.regions)),
  platform: READ.platform(first(query.platform)),
  tier: READ.tier(first(query.tier)),
  confidence: first(query.confidence) === 'yes',
});

/** Everything that says what is looked at lives in the address: this reads and writes it. */
export interface Address {
  /** The month in the address, else the brand's newest with facts; null while that is unknown. */
  month: WritableComputedRef<string | null>;
  basis: WritableComputedRef<Basis>;
  level: WritableComputedRef<RankingLevel>;
  regions: WritableComputedRef<'adcode' | 'sales'>;
  platform: WritableComputedRef<Platform | null>;
  tier: WritableComputedRef<Tier | null>;
  q: WritableComputedRef<string>;
  sort: WritableComputedRef<string>;
  /** The part of the address that follows to other pages. */
  carried: ComputedRef<Record<string, string>>;
  set(changes: Record<string, string | null>): void;
  /** Whether the month of a page stands in its path; else it is in the query. */
  inPath(name: string): boolean;
}

export function useAddress(): Address {
  const route = useRoute();
  const router = useRouter();
  const { data: overview } = useOverview();
  const query = (key: string) => first(route.query[key]);
  const inPath = (name: string) => router.getRoutes().some((record) => record.name === name && record.path.includes(':month'));

  function set(changes: Record<string, string | null>) {
    const next = { ...route.query, ...changes };
    const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null && value !== ''));
    void router.replace({ query: kept });
  }
  function field<T extends string | null>(key: string, read: (value: string) => T, initial: T) {
    return computed({ get: () => read(query(key)), set: (value: T) => set({ [key]: value === initial ? null : value }) });
  }

  const month = computed({
    get: () => {
      const asked = inPath(String(route.name)) ? String(route.params.month ?? '') : query('month');
      return isMonth(asked) ? asked : (overview.value?.defaultMonth ?? null);
    },
    set: (value: string | null) => {
      const name = String(route.name);
      if (inPath(name)) void router.push({ name, params: { ...route.params, month: value ?? '' }, query: route.query });
      else set({ month: value });
    },
  });
  return {
    month,
    set,
    inPath,
    basis: field<Basis>('basis', READ.basis, 'adjusted'),
    level: field<RankingLevel>('level', READ.level, 'dealer'),
    regions: field('regions', READ.regions, 'adcode'),
    platform: field<Platform | null>('platform', READ.platform, null),
    tier: field<Tier | null>('tier', READ.tier, null),
    q: field('q', (value) => value, ''),
    sort: field('sort', (value) => value, ''),
    carried: computed(() => {
      const kept: Record<string, string> = {};
      if (query('basis')) kept.basis = query('basis');
      return kept;
    }),
  };
}
