import type { Platform as PlatformName } from '@app/contracts';
import type { PlatformSettings } from '@app/config';
import { ChannelsAdapter } from './channels/channels.adapter';
import { DouyinAdapter } from './douyin/douyin.adapter';
import { KuaishouAdapter } from './kuaishou/kuaishou.adapter';
import type { Platform } from './platform';
import type { WireOptions } from './wire/wire-client';

export type Platforms = Record<PlatformName, Platform>;

/** The adapter of every platform. Close each when done. */
export function createPlatforms(settings: Record<PlatformName, PlatformSettings>, options?: WireOptions): Platforms {
  return {
    douyin: new DouyinAdapter(settings.douyin, options),
    kuaishou: new KuaishouAdapter(settings.kuaishou, options),
    channels: new ChannelsAdapter(settings.channels, options),
  };
}
