import { DETECTOR_NAMES, type Bilingual, type MetricKey } from '@app/contracts';
import type { Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Locale } from '@/figures/format';
import { useQuery } from '@tanstack/vue-query';
import { getCatalogue } from '@/api/resources';
import { sentenceOf } from '@/locales';
import { useShared } from './useShared';

type Slots = Record<string, string | number | null | undefined>;

/** A sentence with its slots filled; one that is missing is empty. */
const filled = (text: string, slots: Slots) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(slots[name] ?? ''));

/** Sentences by language and path: looked up once. The path itself where there is no such sentence. */
const known: Record<Locale, Map<string, string>> = { 'zh-CN': new Map(), en: new Map() };
function sentence(language: Locale, path: string): string {
  let text = known[language].get(path);
  if (text === undefined) {
    text = sentenceOf(language, path) ?? sentenceOf('zh-CN', path) ?? path;
    known[language].set(path, text);
  }
  return text;
}

/**
 * Words in the language of the person: `t` for the page's own, `say` for those that came with the data. Sentences have slots and nothing else (a test holds them to it), so the general machinery
 * for messages, which costs a table of a thousand cells a third of its time, has nothing to do with them.
 */
export function useWords() {
  const { locale } = useI18n();
  const language = locale as unknown as Ref<Locale>;
  return {
    t: (path: string, slots?: Slots) => {
      const text = sentence(language.value, path);
      return slots ? filled(text, slots) : text;
    },
    te: (path: string) => sentenceOf(language.value, path) !== null,
    locale: language as Readonly<Ref<Locale>>,
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

/** Every metric with its name and definition. */
const useCatalogue = () =>
  useShared('catalogue', (client) =>
    useQuery({ queryKey: ['catalogue'], queryFn: ({ signal }) => getCatalogue(signal), staleTime: Infinity, retry: false }, client),
  );

/** Definition of a figure for its hint: the catalogue's; the page's own words until that has been read. */
export function useDefinitions() {
  const { t, te, say } = useWords();
  const { data } = useCatalogue();
  return (column: string) =>
    say(data.value?.[KEYS[column] ?? column]?.definition) || (te(`definition.${column}`) ? t(`definition.${column}`) : '');
}

/** Name of a metric by its key, as the catalogue has it; the key itself until that has been read. */
export function useMetricNames() {
  const { say } = useWords();
  const { data } = useCatalogue();
  return (key: string) => say(data.value?.[key]?.name) || key;
}
