import type { MetricDefinition } from './metric';
import { RANKING } from './ranking.metrics';
import { SHARED } from './shared.metrics';
import { SHOWROOM } from './showroom.metrics';
import { TIER } from './tier.metrics';
import { VALUE } from './value.metrics';

const GROUPS = [SHOWROOM, VALUE, TIER, RANKING, SHARED];
const CATALOGUE = { ...SHOWROOM, ...VALUE, ...TIER, ...RANKING, ...SHARED };

/** Name of a figure, which is its field name in every report row. */
export type MetricKey = keyof typeof CATALOGUE;

/** One figure of the report rows: `key` is its field name, everywhere. */
export interface Metric extends MetricDefinition {
  key: MetricKey;
}

const definitions: Readonly<Record<MetricKey, MetricDefinition>> = CATALOGUE;
const keys = Object.keys(CATALOGUE) as MetricKey[];

/** Every figure of the report rows: the one catalogue for table heads, tooltips, CSV, XLSX and documents. Keys are unique. */
export const METRICS: readonly Metric[] = keys.map((key) => ({ key, ...definitions[key] }));

// a key that two groups define would silently take the later definition
const defined = GROUPS.flatMap((group) => Object.keys(group));
if (defined.length !== keys.length)
  throw new Error(`metrics that are defined twice: ${defined.filter((key, at) => defined.indexOf(key) !== at).join(', ')}`);
