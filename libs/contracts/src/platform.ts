/** The platforms that a brand's accounts publish on. */
export const PLATFORMS = ['douyin', 'kuaishou', 'channels'] as const;
export type Platform = (typeof PLATFORMS)[number];

/**
 * Where a fact came from, in the default order of trust (domain.md 2.3): a report takes each field from the first source that knows it.
 * `correction` approved correction · `api-final` platform API, final · `ads-api` advertising API · `file` export or file · `feed` authorised
 * feed · `api-provisional` platform API before its figures are final.
 */
export const SOURCES = ['correction', 'api-final', 'ads-api', 'file', 'feed', 'api-provisional'] as const;
export type Source = (typeof SOURCES)[number];

export const OWNER_KINDS = ['dealer', 'staff', 'brand'] as const;
export type OwnerKind = (typeof OWNER_KINDS)[number];

export const TIERS = ['head', 'base', 'outer', 'incubating'] as const;
export type Tier = (typeof TIERS)[number];

/** The lines of communication value (domain.md 4.2). */
export const VALUE_LINES = [
  'live_view',
  'live_viewer',
  'live_minute',
  'video_play',
  'like',
  'comment',
  'share',
  'favorite',
  'follow',
  'gift',
  'lead',
] as const;
export type ValueLine = (typeof VALUE_LINES)[number];

export const COST_KINDS = ['video', 'host', 'ads', 'red_packet', 'agency', 'equipment', 'other'] as const;
export type CostKind = (typeof COST_KINDS)[number];

export const DECLARATION_KINDS = ['paid', 'raffle', 'guest', 'outage', 'event', 'staff'] as const;
export type DeclarationKind = (typeof DECLARATION_KINDS)[number];

/** Text in both languages of the product. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** A half-open span of time in epoch milliseconds (UTC): from ≤ t < to. */
export interface Period {
  from: number;
  to: number;
}
