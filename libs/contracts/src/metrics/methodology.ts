import { CAPABILITY_LABELS } from '../capability';
import { findImportKind } from '../import-kinds';
import type { Needs } from '../needs';
import type { Bilingual } from '../platform';
import { PLATFORMS } from '../platform';
import { SCORE_PARTS } from '../reports';
import { rateCardName, type Policy, type RateCard } from '../state';
import { METRIC_GROUPS, type Metric } from './catalogue';
import { formulaText, policyTerm, type Language, type PolicyTerm } from './formula';
import type { Additivity, Freshness, GoodDirection } from './metric';

/** What a description of the method is written of. */
export interface Method {
  policy: Policy;
  /** Cards in force; null: of no brand, so none are named. */
  rateCards: readonly RateCard[] | null;
  /** Whose policy and prices, in which month; null: the defaults of the product. */
  of: { brand: string; month: string } | null;
}

const WORDS = {
  title: { zh: '计算方法', en: 'Methodology' },
  generated: {
    zh: '本文由指标目录与策略生成，请勿手工修改。章节号指领域文档。',
    en: 'Written from the metric catalogue and the policy: do not edit. Section numbers are those of the domain document.',
  },
  defaults: { zh: '产品默认策略：品牌未设策略时生效。', en: 'The product’s default policy, which rules where a brand has set none.' },
  policy: { zh: '策略', en: 'Policy' },
  version: { zh: '版本', en: 'version' },
  since: { zh: '自', en: 'from' },
  cards: { zh: '刊例价', en: 'Rate cards' },
  noCards: { zh: '该月没有有效的刊例价，价值未知。', en: 'No rate card is in force in the month: value is unknown.' },
  sample: { zh: '示例，不可结算', en: 'sample, never for settlement' },
  open: { zh: '起', en: 'open' },
  formula: { zh: '公式', en: 'Formula' },
  source: { zh: '来源', en: 'From' },
  needs: { zh: '需要', en: 'Needs' },
  known: { zh: '更新', en: 'Known' },
  good: { zh: '方向', en: 'Good' },
  levels: { zh: '层级汇总', en: 'Levels' },
  reports: { zh: '报表', en: 'Reports' },
  unit: { zh: '单位', en: 'Unit' },
  or: { zh: ' 或 ', en: ' or ' },
  and: { zh: '、', en: ', ' },
} as const satisfies Record<string, Bilingual>;

const GOOD: Record<GoodDirection, Bilingual> = {
  higher: { zh: '越高越好', en: 'higher' },
  lower: { zh: '越低越好', en: 'lower' },
  none: { zh: '仅作说明', en: 'neither, it only describes' },
};
const LEVELS: Record<Additivity, Bilingual> = {
  sums: { zh: '相加', en: 'add up' },
  distinct: { zh: '去重计数，不相加', en: 'distinct, never added' },
  mean: { zh: '由各部分重新计算', en: 'formed anew from the parts' },
  none: { zh: '不汇总', en: 'not formed above its level' },
};
const KNOWN: Record<Freshness, Bilingual> = {
  live: { zh: '数据到达即更新', en: 'as facts arrive' },
  'T+1 10:00': { zh: '次日 10:00', en: 'next day 10:00' },
  'month end': { zh: '月末', en: 'month end' },
  declared: { zh: '以品牌登记为准', en: 'as the brand records it' },
};

/** The method in one language as Markdown: every metric of the catalogue with its formula in the policy's numbers, the policy, the prices in force. */
export function methodology(method: Method, language: Language): string {
  const lines = [
    `# ${WORDS.title[language]}`,
    WORDS.generated[language],
    ...policyLines(method, language),
    ...cardLines(method, language),
    ...METRIC_GROUPS.flatMap(({ title, metrics }) => [
      `## ${title[language]}`,
      ...metrics.flatMap((metric) => metricLines(metric, method.policy, language)),
    ]),
  ];
  return `${lines.join('\n\n')}\n`;
}

function policyLines({ policy, of }: Method, language: Language): string[] {
  const { version, fromMonth } = policy;
  const whose = of
    ? `${of.brand}, ${of.month}: ${WORDS.version[language]} #${version}, ${WORDS.since[language]} ${fromMonth}`
    : WORDS.defaults[language];
  const settings = (findImportKind('policies')?.fields ?? []).filter(({ name }) => name !== 'fromMonth');
  const list = settings.map(
    ({ name, label }) => `- ${label[language]} (\`${name}\`): ${policyTerm(policy, SETTINGS.get(name) ?? (name as PolicyTerm), language)}`,
  );
  return [`## ${WORDS.policy[language]}`, whose, list.join('\n')];
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
/** Settings by their names in policy files, where weights and prices of an arrival have a field each. */
const SETTINGS = new Map<string, PolicyTerm>([
  ...SCORE_PARTS.map((part): [string, PolicyTerm] => [`weight${capital(part)}`, `weights.${part}`]),
  ...PLATFORMS.map((platform): [string, PolicyTerm] => [`cpa${capital(platform)}Cny`, `cpaCny.${platform}`]),
]);

function cardLines({ rateCards }: Method, language: Language): string[] {
  if (rateCards === null) return [];
  const list = rateCards.map((card) => {
    const until = card.validTo ?? WORDS.open[language];
    const sample = card.sample ? ` (${WORDS.sample[language]})` : '';
    return `- \`${rateCardName(card)}\`: ${card.unitPriceCny} × ${card.discount}, ${card.validFrom} – ${until}${sample}`;
  });
  return [`## ${WORDS.cards[language]}`, list.length === 0 ? WORDS.noCards[language] : list.join('\n')];
}

function metricLines(metric: Metric, policy: Policy, language: Language): string[] {
  const { key, name, definition, unit, formula, source, freshness, good, additivity, reports, needs } = metric;
  const section = language === 'zh' ? `第 ${formula.section} 节` : `section ${formula.section}`;
  const told = (what: 'formula' | 'unit' | 'source' | 'needs' | 'known' | 'good' | 'levels' | 'reports', text: string) =>
    `- ${WORDS[what][language]}${language === 'zh' ? '：' : ': '}${text}`;
  return [
    `### ${name[language]} (\`${key}\`)`,
    definition[language],
    [
      told('formula', `\`${formulaText(metric, language, policy)}\` (${section})`),
      ...(unit ? [told('unit', unit[language])] : []),
      told('source', source.map(kindName(language)).join(WORDS.and[language])),
      ...(needs === null ? [] : [told('needs', needsText(needs, language))]),
      told('known', KNOWN[freshness][language]),
      told('good', GOOD[good][language]),
      told('levels', LEVELS[additivity][language]),
      told('reports', reports.map((report) => `\`${report}\``).join(WORDS.and[language])),
    ].join('\n'),
  ];
}

const kindName = (language: Language) => (kind: string) => findImportKind(kind)?.label[language] ?? kind;

function needsText(needs: NonNullable<Needs>, language: Language): string {
  const [names, word] = 'all' in needs ? [needs.all, WORDS.and] : [needs.any, WORDS.or];
  return names.map((name) => CAPABILITY_LABELS[name][language]).join(word[language]);
}
