import { REASONS } from '@app/analytics';
import type { Bilingual, CapabilityName, Platform, Reasons } from '@app/contracts';
import { remedyFor } from '@app/platforms';
import { WHY } from './reasons';

/** Reasons that say "no source", and what the source would have to give. By text: a remembered reason is a copy. */
const LACKING: ReadonlyMap<string, CapabilityName> = new Map([
  [WHY.noShowroom.en, 'viewerEvents'],
  [REASONS.noSource.en, 'viewerEvents'],
  [REASONS.nothing.en, 'viewerEvents'],
  [WHY.noCadence.en, 'sessionList'],
]);

/** The reason, and where it is that an account has no source, what of its platform to connect or what to import. */
export function withRemedy<Reason extends Bilingual | null | undefined>(
  reason: Reason,
  platform: Platform | undefined,
): Reason | Bilingual {
  const capability = reason && platform ? LACKING.get(reason.en) : undefined;
  if (!reason || !platform || !capability) return reason;
  const remedy = remedyFor(platform, capability);
  return { zh: `${reason.zh}${remedy.zh}。`, en: `${reason.en} To change that, ${remedy.en}.` };
}

/** The same for all reasons of a row. */
export const withRemedies = (reasons: Reasons, platform: Platform | undefined): Reasons =>
  platform ? Object.fromEntries(Object.entries(reasons).map(([field, reason]) => [field, withRemedy(reason, platform)])) : reasons;
