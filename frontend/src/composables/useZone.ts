import { computed } from 'vue';
import { useOverview } from './useOverview';

/** The brand's time zone, in which every day and instant of the page stands; until it is known, the one that a brand has by default (domain.md 2.1). */
export function useZone() {
  const { data: overview } = useOverview();
  return computed(() => overview.value?.brand.zone ?? 'Asia/Shanghai');
}
