import { PLATFORMS, type Brand, type Platform } from '@app/contracts';
import type { Schedule } from '@app/queue';

/**
 * When each platform's round runs, in the brand's zone. Douyin: T+1 figures are there from about 10:00, and what was not ready is asked for again
 * in the afternoon. Kuaishou: running totals only, so read just before midnight, for the increase to fall on its own day. Channels: a live is
 * listed after its end, so the morning after sees the whole day.
 */
const ROUNDS: Record<Platform, string[]> = {
  douyin: ['30 10 * * *', '40 16 * * *'],
  kuaishou: ['50 23 * * *'],
  channels: ['30 9 * * *'],
};

/** The schedules of all brands. */
export function collectSchedules(brands: readonly Brand[]): Schedule<'collect-round'>[] {
  return brands.flatMap(({ brandId, zone }) =>
    PLATFORMS.flatMap((platform) =>
      ROUNDS[platform].map((cron, index) => ({
        id: `collect-${brandId}-${platform}-${index}`,
        name: 'collect-round' as const,
        payload: { brandId, platform },
        cron,
        zone,
      })),
    ),
  );
}
