import type { CapabilityName } from './capability';

/** What a figure is made of: all of these, or at least one of them. Null: of nothing that a source of facts gives (declarations, prices, costs). */
export type Needs = { all: readonly CapabilityName[] } | { any: readonly CapabilityName[] } | null;

export const all = (...names: CapabilityName[]): Needs => ({ all: names });
export const any = (...names: CapabilityName[]): Needs => ({ any: names });

/** What figures of viewers, of value and of anything at all are made of. */
export const VIEWER_EVENTS = all('viewerEvents');
export const ANY_UNITS = any(
  'sessionViews',
  'sessionViewers',
  'sessionDwell',
  'sessionReactions',
  'videos',
  'videoFavorites',
  'gifts',
  'leads',
);
export const ANYTHING = any('viewerEvents', 'sessions', 'videos', 'followers');
