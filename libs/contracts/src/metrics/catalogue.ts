import { CAPABILITIES } from '../capability';
import { VitrineError } from '../errors';
import type { Bilingual } from '../platform';
import { CORRELATION } from './correlation.metrics';
import { COST } from './cost.metrics';
import { FOOTFALL } from './footfall.metrics';
import { LOYALTY } from './loyalty.metrics';
import type { MetricDefinition } from './metric';
import { RANK_CHANGES } from './rank-changes.metrics';
import { RANKING } from './ranking.metrics';
import { SCORE_PART_METRICS } from './score-parts.metrics';
import { SHARED } from './shared.metrics';
import { SHOWROOM } from './showroom.metrics';
import { TIER } from './tier.metrics';
import { VALUE } from './value.metrics';

/** Groups of the catalogue in the order of reading, with their titles. */
const TITLED = [
  { title: { zh: '虚拟展厅客流', en: 'Virtual showroom traffic' }, metrics: SHOWROOM },
  { title: { zh: '忠诚与停留', en: 'Loyalty and dwell' }, metrics: LOYALTY },
  { title: { zh: '运营传播价值', en: 'Communication value' }, metrics: VALUE },
  { title: { zh: '成本、及格线与回报', en: 'Cost, pass line and returns' }, metrics: COST },
  { title: { zh: '层级', en: 'Tiers' }, metrics: TIER },
  { title: { zh: '得分与排名', en: 'Score and rank' }, metrics: RANKING },
  { title: { zh: '名次与把握', en: 'Change and certainty of ranks' }, metrics: RANK_CHANGES },
  { title: { zh: '得分项', en: 'Parts of the score' }, metrics: SCORE_PART_METRICS },
  { title: { zh: '到店客流', en: 'Footfall' }, metrics: FOOTFALL },
  { title: { zh: '客流与到店的相关', en: 'Correlation of traffic and footfall' }, metrics: CORRELATION },
  { title: { zh: '覆盖', en: 'Coverage' }, metrics: SHARED },
] as const;
const GROUPS: readonly Readonly<Record<string, MetricDefinition>>[] = TITLED.map(({ metrics }) => metrics);

const CATALOGUE = {
  ...SHOWROOM,
  ...LOYALTY,
  ...VALUE,
  ...COST,
  ...TIER,
  ...RANKING,
  ...RANK_CHANGES,
  ...SCORE_PART_METRICS,
  ...FOOTFALL,
  ...CORRELATION,
  ...SHARED,
};

/** Every definition as it is written, for what is checked by types. */
export type Catalogue = typeof CATALOGUE;
/** Name of a figure, which is its field name in every report row. */
export type MetricKey = keyof Catalogue;

/** One figure of the report rows: `key` is its field name, everywhere. */
export interface Metric extends MetricDefinition {
  key: MetricKey;
}

const definitions: Readonly<Record<MetricKey, MetricDefinition>> = CATALOGUE;
const keys = Object.keys(CATALOGUE) as MetricKey[];

/** Every figure of the report rows: the one catalogue for table heads, tooltips, CSV, XLSX and documents. Keys are unique. */
export const METRICS: readonly Metric[] = keys.map((key) => ({ key, ...definitions[key] }));

/** The same in groups, each with its title, in the order of reading. */
export const METRIC_GROUPS: readonly { title: Bilingual; metrics: readonly Metric[] }[] = TITLED.map(({ title, metrics }) => ({
  title,
  metrics: (Object.keys(metrics) as MetricKey[]).map((key) => ({ key, ...definitions[key] })),
}));

/** What would make a catalogue say nothing, or something else than it means; empty when it is sound. */
export function catalogueFaults(groups: readonly Readonly<Record<string, MetricDefinition>>[]): string[] {
  const all = groups.flatMap((group) => Object.entries(group));
  const twice = all.filter(([key], at) => all.findIndex(([other]) => other === key) !== at).map(([key]) => `${key} is defined twice`);
  return [...twice, ...all.flatMap(([key, definition]) => definitionFaults(definition).map((fault) => `${key}: ${fault}`))];
}

function definitionFaults({ name, definition, unit, formula, source, needs }: MetricDefinition): string[] {
  const texts = [name, definition, formula.text, ...(unit ? [unit] : [])].flatMap((text) =>
    typeof text === 'string' ? [text] : [text.zh, text.en],
  );
  const needed = needs === null ? [] : 'all' in needs ? needs.all : needs.any;
  return [
    ...(texts.some((text) => text.trim() === '') ? ['a text is blank'] : []),
    ...(/^\d(\.\d+)?(, \d(\.\d+)?)*$/.test(formula.section) ? [] : [`"${formula.section}" is no section`]),
    ...(source.length === 0 ? ['no source'] : []),
    ...needed.filter((capability) => !CAPABILITIES.includes(capability)).map((capability) => `there is no capability ${capability}`),
  ];
}

// nothing starts on a catalogue that is not sound
const faults = catalogueFaults(GROUPS);
if (faults.length > 0) throw new Error(`metric catalogue: ${faults.join('; ')}`);

const isMetric = (key: string): key is MetricKey => Object.hasOwn(CATALOGUE, key);

/** The metric of a key that comes as data (a rule, a request). Throws not_found for one that the catalogue does not define. */
export function metricOf(key: string): Metric {
  if (isMetric(key)) return { key, ...definitions[key] };
  throw new VitrineError(
    'not_found',
    { en: `There is no metric "${key.slice(0, 40)}".`, zh: `没有名为“${key.slice(0, 40)}”的指标。` },
    { remedy: { en: 'vitrine metrics lists them all.', zh: '用 vitrine metrics 查看全部指标。' } },
  );
}
