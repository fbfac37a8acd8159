import type { Needs } from '../needs';
import type { Bilingual } from '../platform';
import type { ReportName } from '../reports';

/** How a figure is written: `count` whole number, `ratio` share shown as per cent, `factor` plain ratio, `cny` exact decimal money, `seconds`, `days`, `score`, `text`, `flag`. */
export type MetricFormat = 'count' | 'ratio' | 'factor' | 'cny' | 'seconds' | 'days' | 'score' | 'text' | 'flag';

/** Which way is good for the one who is measured; `none`: neither, it only describes. */
export type GoodDirection = 'higher' | 'lower' | 'none';

/** How a figure goes from accounts to dealers, regions and the brand: `sums` adds up, `distinct` counts persons once, `mean` is formed anew of its parts, `none` has no meaning above its level. */
export type Additivity = 'sums' | 'distinct' | 'mean' | 'none';

/**
 * When a figure of a past day is known: `live` as facts arrive, `T+1 10:00` with the platforms' tables of the day before, `month end` with the month,
 * `declared` with what the brand records (prices, costs, declarations, decisions).
 */
export type Freshness = 'live' | 'T+1 10:00' | 'month end' | 'declared';

/** What the catalogue says of one figure, beside its key (the field's name in every report). */
export interface MetricDefinition {
  name: Bilingual;
  definition: Bilingual;
  unit: Bilingual | null;
  format: MetricFormat;
  /** Capabilities of a source that it is made of; null: of none (prices, costs, declarations). */
  needs: Needs;
  /** With the sections of domain.md that it comes from (`3.8`). One text where signs say it in both languages; `{minVisits}` is the policy's number. */
  formula: { text: Bilingual | string; section: string };
  /** Facts and state that it is computed from, by their import kinds. */
  source: readonly string[];
  freshness: Freshness;
  good: GoodDirection;
  additivity: Additivity;
  /** Reports whose rows (or lines and parts of rows) carry the field. */
  reports: readonly ReportName[];
}

export const PERSONS: Bilingual = { zh: '人', en: 'persons' };
export const TIMES: Bilingual = { zh: '次', en: 'times' };
export const CNY: Bilingual = { zh: '元', en: 'CNY' };
export const SECONDS: Bilingual = { zh: '秒', en: 's' };
export const DAYS: Bilingual = { zh: '天', en: 'days' };
