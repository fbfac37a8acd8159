import type { CapabilityName } from './capability';
import type { ValueLine } from './platform';

/** What a figure is made of: all of these, or at least one of them. Null: of nothing that a source of facts gives (declarations, prices, costs). */
export type Needs = { all: readonly CapabilityName[] } | { any: readonly CapabilityName[] } | null;

const all = (...names: CapabilityName[]): Needs => ({ all: names });
const any = (...names: CapabilityName[]): Needs => ({ any: names });

/** The line of communication value and what it counts. */
export const LINE_NEEDS: Readonly<Record<ValueLine, Needs>> = {
  live_view: all('sessionViews'),
  live_viewer: all('sessionViewers'),
  live_minute: all('sessionDwell'),
  video_play: all('videos'),
  like: any('sessionReactions', 'videos'),
  comment: any('sessionReactions', 'videos'),
  share: any('sessionReactions', 'videoShares'),
  favorite: all('videoFavorites'),
  follow: all('sessionReactions'),
  gift: all('gifts'),
  lead: all('leads'),
};

const VIEWER_EVENTS = all('viewerEvents');
const ANY_UNITS = any('sessionViews', 'sessionViewers', 'sessionDwell', 'sessionReactions', 'videos', 'videoFavorites', 'gifts', 'leads');
const ANYTHING = any('viewerEvents', 'sessions', 'videos', 'followers');

/** What every figure of the catalogue needs, by its key; a key without an entry does not exist. */
export const METRIC_NEEDS: Readonly<Record<string, Needs>> = {
  viewers: VIEWER_EVENTS,
  visits: VIEWER_EVENTS,
  entries: VIEWER_EVENTS,
  showroomVisitors: VIEWER_EVENTS,
  consecutiveVisitors: all('viewerEvents', 'sessionList'),
  rollingShowroomVisitors: VIEWER_EVENTS,
  showroomVisitorsOn2Days: VIEWER_EVENTS,
  grabbers: VIEWER_EVENTS,
  loyalShare: VIEWER_EVENTS,
  dwellRatio: VIEWER_EVENTS,
  meanDwellShowroom: VIEWER_EVENTS,
  meanDwellOthers: VIEWER_EVENTS,
  identifiability: VIEWER_EVENTS,
  showroomVisitorsLow: VIEWER_EVENTS,
  showroomVisitorsHigh: all('viewerEvents', 'sessionViewers'),
  seenFactor: all('viewerEvents', 'sessionViewers'),
  sessions: all('sessionList'),
  skippedSessions: all('viewerEvents', 'sessionList'),
  valueCny: ANY_UNITS,
  grossCny: ANY_UNITS,
  excludedCny: any('paidViews'),
  units: ANY_UNITS,
  grossUnits: ANY_UNITS,
  excludedUnits: any('paidViews'),
  unitPriceCny: null,
  discount: null,
  costCny: null,
  effectiveViews: any('sessionViews', 'sessionViewers', 'videos'),
  costPerViewCny: any('sessionViews', 'sessionViewers', 'videos'),
  passLine: any('sessionViews', 'sessionViewers', 'videos'),
  roiValue: ANY_UNITS,
  roiCpa: any('sessionViews', 'sessionViewers', 'videos'),
  missing: null,
  unpricedLines: null,
  openingUnits: all('videos'),
  trailingValueCny: ANY_UNITS,
  earnedTier: ANY_UNITS,
  effectiveTier: ANY_UNITS,
  declaredTier: null,
  projected: ANY_UNITS,
  daysObserved: ANYTHING,
  tierCounts: ANY_UNITS,
  structureWarning: ANY_UNITS,
  rank: any('viewerEvents', 'sessionViews', 'sessionViewers', 'videos'),
  score: any('viewerEvents', 'sessionViews', 'sessionViewers', 'videos'),
  weightKnown: null,
  partial: null,
  percentile: null,
  peers: null,
  showroom: VIEWER_EVENTS,
  value: ANY_UNITS,
  loyalty: VIEWER_EVENTS,
  engagement: any('sessionReactions', 'videos'),
  cadence: all('sessionList'),
  growth: all('followers'),
  coverage: null,
  accountsKnown: null,
  accountsTotal: null,
};

/** The import kind whose rows bring what a capability stands for. */
export const CAPABILITY_IMPORT: Readonly<Record<CapabilityName, string>> = {
  accounts: 'accounts',
  sessions: 'sessions',
  videos: 'videos',
  videoDays: 'video-days',
  followers: 'followers',
  leads: 'leads',
  minutes: 'minutes',
  sessionList: 'sessions',
  sessionViews: 'sessions',
  sessionViewers: 'sessions',
  sessionDwell: 'sessions',
  sessionReactions: 'sessions',
  gifts: 'sessions',
  impressions: 'sessions',
  paidViews: 'sessions',
  viewerEvents: 'entries',
  videoShares: 'videos',
  videoFavorites: 'videos',
};
