import { PRODUCT_PLATFORM, type GrantProduct, type Platform as PlatformName } from '@app/contracts';
import type { PlatformSettings } from '@app/config';
import { ChannelsAdapter } from './channels/channels.adapter';
import { DouyinAdapter } from './douyin/douyin.adapter';
import { KuaishouAdapter } from './kuaishou/kuaishou.adapter';
import { MagneticAdapter } from './magnetic/magnetic.adapter';
import { OceanEngineAdapter } from './oceanengine/oceanengine.adapter';
import type { Platform } from './platform';
import { TencentAdsAdapter } from './tencent-ads/tencent-ads.adapter';
import type { WireOptions } from './wire/wire-client';

/** The connectors by product; a product without an entry is not collected. */
export type Connectors = Partial<Record<GrantProduct, Platform>>;

/** The part of Settings that connectors need. */
export interface ConnectorSettings {
  platforms: Record<PlatformName, PlatformSettings>;
  advertising: Record<'oceanengine' | 'magnetic' | 'tencentads', PlatformSettings>;
  privateTargets?: readonly string[];
}

/** The connector of every product. Close each when done. */
export function createConnectors({ platforms, advertising, privateTargets }: ConnectorSettings, given?: WireOptions): Connectors {
  const options: WireOptions = { privateTargets, ...given };
  return {
    'douyin-open': new DouyinAdapter(platforms.douyin, options),
    oceanengine: new OceanEngineAdapter(advertising.oceanengine, options),
    'kuaishou-open': new KuaishouAdapter(platforms.kuaishou, options),
    magnetic: new MagneticAdapter(advertising.magnetic, options),
    'channels-app': new ChannelsAdapter(platforms.channels, options),
    'tencent-ads': new TencentAdsAdapter(advertising.tencentads, options),
  };
}

/** Products of a platform that are collected, the platform's first one first. */
export const connectorsOf = (connectors: Connectors, platform: PlatformName): Platform[] =>
  Object.values(connectors).filter((connector) => PRODUCT_PLATFORM[connector.product] === platform);
