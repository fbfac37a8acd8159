import type { CapabilityName } from './capability';
import { METRICS, type MetricKey } from './metrics/catalogue';
import { all, any, type Needs } from './needs';
import type { ValueLine } from './platform';

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

/** What every figure of the catalogue needs, by its key. */
export const METRIC_NEEDS = Object.fromEntries(METRICS.map(({ key, needs }) => [key, needs])) as Readonly<Record<MetricKey, Needs>>;

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
