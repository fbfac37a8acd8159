import type { Bilingual, Platform } from './platform';

/** What a brand connects: each is one app registration, one kind of grant, one connector. A platform's first product comes first. */
export const GRANT_PRODUCTS = ['douyin-open', 'oceanengine', 'kuaishou-open', 'magnetic', 'channels-app', 'tencent-ads'] as const;
export type GrantProduct = (typeof GRANT_PRODUCTS)[number];

/** The platform whose accounts a product tells about. */
export const PRODUCT_PLATFORM: Readonly<Record<GrantProduct, Platform>> = {
  'douyin-open': 'douyin',
  oceanengine: 'douyin',
  'kuaishou-open': 'kuaishou',
  magnetic: 'kuaishou',
  'channels-app': 'channels',
  'tencent-ads': 'channels',
};

/** What users call a product. */
export const PRODUCT_NAME: Readonly<Record<GrantProduct, Bilingual>> = {
  'douyin-open': { zh: '抖音开放平台', en: 'Douyin open platform' },
  oceanengine: { zh: '巨量引擎', en: 'Ocean Engine' },
  'kuaishou-open': { zh: '快手开放平台', en: 'Kuaishou open platform' },
  magnetic: { zh: '磁力引擎', en: 'Magnetic Engine' },
  'channels-app': { zh: '视频号', en: 'WeChat Channels' },
  'tencent-ads': { zh: '腾讯广告', en: 'Tencent Ads' },
};

/** The products of a platform, its first one first. */
export const productsOf = (platform: Platform): GrantProduct[] =>
  GRANT_PRODUCTS.filter((product) => PRODUCT_PLATFORM[product] === platform);

/** What stands before the kind in the name of a stream's cursor: of a platform's first product nothing. */
export const cursorPrefix = (product: GrantProduct): string => (productsOf(PRODUCT_PLATFORM[product])[0] === product ? '' : `${product}/`);
