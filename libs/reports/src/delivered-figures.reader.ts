import type { CapabilityName } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';

interface DeliveredRow {
  accountKey: string;
  capability: CapabilityName;
}

/** What each figure of a session needs to be there. */
const SESSION_FIGURES = {
  sessionViews: 'views IS NOT NULL',
  sessionViewers: 'unique_viewers IS NOT NULL',
  sessionDwell: 'watch_seconds IS NOT NULL OR average_dwell_seconds IS NOT NULL',
  sessionReactions: 'comments IS NOT NULL OR shares IS NOT NULL OR follows IS NOT NULL',
  gifts: 'gifts IS NOT NULL',
  impressions: 'impressions IS NOT NULL OR impression_viewers IS NOT NULL',
  paidViews: 'paid_views IS NOT NULL',
  leads: 'leads IS NOT NULL',
} as const satisfies Partial<Record<CapabilityName, string>>;
const VIDEO_FIGURES = { videoShares: 'shares IS NOT NULL', videoFavorites: 'favorites IS NOT NULL' } as const;

const namesOf = (figures: Record<string, string>, always: readonly CapabilityName[]): string =>
  [
    ...always.map((name) => `'${name}'`),
    ...Object.entries(figures).map(([name, condition]) => `if(countIf(${condition}) > 0, '${name}', '')`),
  ].join(', ');

const part = (table: string, figures: Record<string, string>, always: readonly CapabilityName[]): string => `
SELECT
  toString(account_key) AS accountKey,
  arrayJoin(arrayFilter(name -> name != '', [${namesOf(figures, always)}])) AS capability
FROM candidates(${table})
WHERE brand_id = {brandId: UInt32} AND retracted = 0 AND source IN ('correction', 'file', 'feed')
GROUP BY account_key`;

/** Capabilities that files, feeds and corrections have delivered so far, by account key. */
export async function deliveredCapabilities(warehouse: Warehouse, brandId: number): Promise<Map<string, Set<CapabilityName>>> {
  const rows = await warehouse.query<DeliveredRow>({
    name: 'delivered_capabilities',
    sql: [
      part('sessions', SESSION_FIGURES, ['sessions', 'sessionList']),
      part('entries', {}, ['viewerEvents']),
      // likes and gifts of a minute are no curve
      part('minutes', { minutes: 'concurrent IS NOT NULL' }, []),
      part('video_readings', VIDEO_FIGURES, ['videos']),
      part('video_days', {}, ['videoDays']),
      part('follower_readings', {}, ['followers']),
      part('leads', {}, ['leads']),
    ].join('\nUNION DISTINCT'),
    params: { brandId },
  });
  const found = new Map<string, Set<CapabilityName>>();
  for (const { accountKey, capability } of rows) found.set(accountKey, (found.get(accountKey) ?? new Set()).add(capability));
  return found;
}
