import { DETECTOR_NAMES, type Bilingual, type MetricKey } from '@app/contracts';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Locale } from '@/figures/format';
import { useQuery } from '@tanstack/vue-query';
import { getCatalogue } from '@/api/resources';

/** Words in the language of the person: `t` for the page's own, `say` for those that came with the data. */
export function useWords() {
  const { t, te, locale } = useI18n();
  const language = computed(() => locale.value as Locale);
  return {
    t,
    te,
    locale: language,
    say: (text: Bilingual | null | undefined) => (text ? (language.value === 'en' ? text.en : text.zh) : ''),
  };
}

/** What people call a detector; its code where it has no name yet. */
export function useDetectorNames() {
  const { say } = useWords();
  return (code: string) => say(DETECTOR_NAMES[code]) || code;
}

/** Catalogue keys of the table's columns. */
const KEYS: Record<string, MetricKey> = {
  vst: 'showroomVisitors',
  value: 'valueCny',
  trailing: 'trailingValueCny',
  tier: 'earnedTier',
  on2Days: 'showroomVisitorsOn2Days',
};

/** Definition of a figure for its hint: the catalogue's; the page's own words until that has been read. */
export function useDefinitions() {
  const { t, te, say } = useWords();
  const { data } = useQuery({ queryKey: ['catalogue'], queryFn: ({ signal }) => getCatalogue(signal), staleTime: Infinity, retry: false });
  return (column: string) =>
    say(data.value?.[KEYS[column] ?? column]?.definition) || (te(`definition.${column}`) ? t(`definition.${column}`) : '');
}

/** Name of a metric by its key, as the catalogue has it; the key itself until that has been read. */
export function useMetricNames() {
  const { say } = useWords();
  const { data } = useQuery({ queryKey: ['catalogue'], queryFn: ({ signal }) => getCatalogue(signal), staleTime: Infinity, retry: false });
  return (key: string) => say(data.value?.[key]?.name) || key;
}
