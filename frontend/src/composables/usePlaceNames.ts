import { computed, shallowRef } from 'vue';
import { PROVINCE_TILES } from '@/charts/provinceTiles';
import { useWords } from './useWords';

/** Names of cities in English come when somebody first reads English. */
const cities = shallowRef<ReadonlyMap<string, string> | null>(null);
let asked = false;
function ask(): void {
  if (asked) return;
  asked = true;
  import('@/figures/cityNames').then(
    (found) => (cities.value = found.CITY_NAMES),
    () => (asked = false),
  );
}

/** A place in English by its code of GB/T 2260 (two to six digits): its city, which says where it is, else its province; '' for a code that is none. */
export function englishPlace(code: string, known: ReadonlyMap<string, string> | null): string {
  const province = PROVINCE_TILES.find((tile) => tile.code === code.slice(0, 2))?.en;
  const city = code.slice(2, 4) === '00' ? undefined : known?.get(code.slice(0, 4));
  return city ?? province ?? '';
}

/** Names of places in the language of the page. Data has them in Chinese (`given`), which also stands where there is no other. */
export function usePlaceNames() {
  const { locale } = useWords();
  const english = computed(() => {
    if (locale.value === 'en') ask();
    return locale.value === 'en';
  });
  return {
    placeName: (code: string | null | undefined, given: string): string =>
      english.value && code ? englishPlace(code, cities.value) || given : given,
    /** A province, or a city alone. */
    shortName(code: string, given: string): string {
      const province = code.length === 2 ? PROVINCE_TILES.find((tile) => tile.code === code) : undefined;
      if (province) return english.value ? province.en : province.zh;
      return (english.value ? cities.value?.get(code) : undefined) ?? given;
    },
  };
}
