import { PLATFORMS, TIERS } from '@app/contracts';

/** Whom somebody is compared with, in words: the interface tells it as `douyin/head` (platform and declared tier), `douyin` or `brand`. */
export function peerGroupText(group: string, t: (path: string) => string): string {
  const [platform, tier] = group.split('/');
  if (!(PLATFORMS as readonly string[]).includes(platform)) return group === 'brand' ? t('parts.wholeBrand') : group;
  const words = [t(`platform.${platform}`)];
  if (tier !== undefined) words.push((TIERS as readonly string[]).includes(tier) ? t(`tier.${tier}`) : t('word.undeclared'));
  return words.join(' · ');
}
