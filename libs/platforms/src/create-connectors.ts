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
}

/** The connector of every product. Close each when done. */
export function createConnectors({ platforms, advertising }: ConnectorSettings, options?: WireOptions): Connectors {
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

/** Calls that are collected. */
export type CollectCall = 'accounts' | 'sessions' | 'videos' | 'followers' | 'leads';

/**
 * The products that are asked for one kind of one account, out of those that have a grant for it. Sessions: every product, each adds figures of its
 * own to the same broadcasts; but one whose session ids are its own only where no other lists them, or each broadcast would count twice. The other
 * kinds: the platform's first product that has them.
 */
export function connectorsFor(connectors: Connectors, granted: readonly GrantProduct[], call: CollectCall): Platform[] {
  const able = Object.values(connectors).filter(({ product, capabilities }) => granted.includes(product) && capabilities[call] === true);
  if (call !== 'sessions') return able.slice(0, 1);
  const shared = able.filter(({ ownSessionIds }) => !ownSessionIds);
  return shared.length > 0 ? shared : able.slice(0, 1);
}
