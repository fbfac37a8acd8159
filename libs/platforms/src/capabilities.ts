import { CAPABILITIES, CAPABILITY_LABELS, PRODUCT_NAME } from '@app/contracts';
import type { Bilingual, Capabilities, Capability, CapabilityName, GrantProduct } from '@app/contracts';

/** Capabilities of a product: what it `gives`; each other one with the reason of `why`, else that the product has no call for it. */
export function capabilities(
  product: GrantProduct,
  gives: readonly CapabilityName[],
  why: Partial<Record<CapabilityName, Bilingual>> = {},
): Capabilities {
  const { zh, en } = PRODUCT_NAME[product];
  const of = (name: CapabilityName): Capability => {
    if (gives.includes(name)) return true;
    const label = CAPABILITY_LABELS[name];
    return { kind: false, reason: why[name] ?? { zh: `${zh}没有给出${label.zh}的接口`, en: `${en} has no call for ${label.en}` } };
  };
  return Object.fromEntries(CAPABILITIES.map((name) => [name, of(name)])) as Record<CapabilityName, Capability>;
}
