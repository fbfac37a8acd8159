import {
  CAPABILITIES,
  CAPABILITY_IMPORT,
  CAPABILITY_LABELS,
  findImportKind,
  GRANT_PRODUCTS,
  LINE_NEEDS,
  metricOf,
  PRODUCT_NAME,
  PRODUCT_PLATFORM,
  productsOf,
  type Bilingual,
  type Capabilities,
  type Capability,
  type CapabilityName,
  type CapabilitySource,
  type CoveredKind,
  type GrantProduct,
  type Needs,
  type Platform,
  type ValueLine,
} from '@app/contracts';
import { CHANNELS_CAPABILITIES } from './channels/channels-capabilities';
import { DOUYIN_CAPABILITIES, DOUYIN_FOLLOWER_DAYS } from './douyin/douyin-capabilities';
import { KUAISHOU_CAPABILITIES } from './kuaishou/kuaishou-capabilities';
import { MAGNETIC_CAPABILITIES } from './magnetic/magnetic-capabilities';
import { OCEANENGINE_CAPABILITIES } from './oceanengine/oceanengine-capabilities';
import { TENCENT_ADS_CAPABILITIES, TENCENT_ADS_FOLLOWER_DAYS } from './tencent-ads/tencent-ads-capabilities';

/** What each product can give. */
export const PRODUCT_CAPABILITIES: Readonly<Record<GrantProduct, Capabilities>> = {
  'douyin-open': DOUYIN_CAPABILITIES,
  oceanengine: OCEANENGINE_CAPABILITIES,
  'kuaishou-open': KUAISHOU_CAPABILITIES,
  magnetic: MAGNETIC_CAPABILITIES,
  'channels-app': CHANNELS_CAPABILITIES,
  'tencent-ads': TENCENT_ADS_CAPABILITIES,
};

/** What a product must be able to give for a kind to be expected of it. */
export const KIND_NEEDS: Readonly<Record<CoveredKind, CapabilityName>> = {
  sessions: 'sessionList',
  videos: 'videos',
  followers: 'followers',
  leads: 'leads',
  minutes: 'minutes',
  entries: 'viewerEvents',
};

/** Is a kind expected of a product? */
export const gives = (product: GrantProduct, kind: CoveredKind): boolean => PRODUCT_CAPABILITIES[product][KIND_NEEDS[kind]] === true;

/** How many past days the follower totals of a product tell at once; 0: only now. */
export const FOLLOWER_HISTORY_DAYS: Readonly<Record<GrantProduct, number>> = {
  'douyin-open': DOUYIN_FOLLOWER_DAYS,
  oceanengine: 0,
  'kuaishou-open': 0,
  magnetic: 0,
  'channels-app': 0,
  'tencent-ads': TENCENT_ADS_FOLLOWER_DAYS,
};

const joined = (names: readonly Bilingual[]): Bilingual => ({
  zh: names.map(({ zh }) => zh).join('、'),
  en: names.map(({ en }) => en).join(', '),
});

/** What would bring a capability to an account of a platform: the products to connect beside the `connected` ones, and the kind to import. */
export function remedyFor(platform: Platform, capability: CapabilityName, connected: readonly GrantProduct[] = []): Bilingual {
  const others = productsOf(platform).filter(
    (product) => !connected.includes(product) && PRODUCT_CAPABILITIES[product][capability] === true,
  );
  const kind = CAPABILITY_IMPORT[capability];
  const label = findImportKind(kind)?.label ?? { zh: kind, en: kind };
  const names = joined(others.map((product) => PRODUCT_NAME[product]));
  return {
    zh: `${others.length > 0 ? `请连接${names.zh}，或` : '请'}导入${label.zh}（${kind}）`,
    en: `${others.length > 0 ? `connect ${names.en}, or ` : ''}import ${kind}`,
  };
}

/** Why an account with these `connected` products has no source of a capability, and what would bring it. */
export function missingReason(platform: Platform, capability: CapabilityName, connected: readonly GrantProduct[]): Bilingual {
  const label = CAPABILITY_LABELS[capability];
  const remedy = remedyFor(platform, capability, connected);
  const own = connected.filter((product) => productsOf(platform).includes(product));
  if (own.length === 0)
    return {
      zh: `该账号没有连接任何平台接口；${remedy.zh}以获得${label.zh}`,
      en: `No connector of the account gives ${label.en}: ${remedy.en}`,
    };
  const said = own.map((product) => PRODUCT_CAPABILITIES[product][capability]).flatMap((one) => (one === true ? [] : [one.reason]));
  const names = joined(own.map((product) => PRODUCT_NAME[product]));
  const why = said.length === 1 && said[0] ? said[0] : { zh: `${names.zh}不提供${label.zh}`, en: `${names.en} do not give ${label.en}` };
  return { zh: `${why.zh}；${remedy.zh}`, en: `${why.en}; ${remedy.en}` };
}

/** Every capability of an account: the union over its connected products and over what files and feeds have delivered. */
export function capabilitySources(
  platform: Platform,
  connected: readonly GrantProduct[],
  delivered: ReadonlySet<CapabilityName>,
): CapabilitySource[] {
  return CAPABILITIES.map((capability) => {
    const products = connected.filter((product) => PRODUCT_CAPABILITIES[product][capability] === true);
    const imported = delivered.has(capability);
    const reason = products.length > 0 || imported ? null : missingReason(platform, capability, connected);
    return { capability, products, imported, reason };
  });
}

/** Whether what a figure needs is there; else the reason of the first thing that it lacks. */
export function capabilityFor(needs: Needs, sources: readonly CapabilitySource[]): Capability {
  const of = (name: CapabilityName): CapabilitySource | undefined => sources.find(({ capability }) => capability === name);
  const lacking = (name: CapabilityName): Bilingual | null => of(name)?.reason ?? null;
  if (needs === null) return true;
  const missing = ('all' in needs ? needs.all : needs.any).map(lacking);
  const enough = 'all' in needs ? missing.every((reason) => reason === null) : missing.some((reason) => reason === null);
  if (enough) return true;
  return { kind: false, reason: missing.find((reason) => reason !== null)! };
}

const isLine = (name: string): name is ValueLine => Object.hasOwn(LINE_NEEDS, name);

/** Whether a product alone gives what a metric of the catalogue, or a line of value, needs. Throws VitrineError('not_found') for an unknown one. */
export function capabilityOf(product: GrantProduct, metric: string): Capability {
  const needs = isLine(metric) ? LINE_NEEDS[metric] : metricOf(metric).needs;
  return capabilityFor(needs, capabilitySources(PRODUCT_PLATFORM[product], [product], new Set()));
}

/** Products by what they give, for a table: product, capability, and the reason where it is absent. */
export const capabilityMatrix = (): { product: GrantProduct; capability: CapabilityName; gives: boolean; reason: Bilingual | null }[] =>
  GRANT_PRODUCTS.flatMap((product) =>
    CAPABILITIES.map((capability) => {
      const one = PRODUCT_CAPABILITIES[product][capability];
      return { product, capability, gives: one === true, reason: one === true ? null : one.reason };
    }),
  );
