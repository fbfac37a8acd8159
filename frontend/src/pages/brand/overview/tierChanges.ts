import type { Bilingual, Platform, Tier, TierHistory } from '@app/contracts';

/** An account whose tier is another one than the month before. `before` null: it had none. */
export interface TierChange {
  platform: Platform;
  accountId: string;
  name: string;
  before: Tier | null;
  after: Tier | null;
  reason: Bilingual;
}

/** Steps of the tiers, the highest first. */
const ORDER: (Tier | null)[] = ['head', 'base', 'incubating', 'outer', null];

/** Changes that begin in the month, those that reach the highest tier first. The first span of an account is no change. */
export function tierChanges(histories: readonly TierHistory[], month: string): TierChange[] {
  return histories
    .flatMap(({ platform, accountId, name, spans }) => {
      const at = spans.findIndex(({ from }) => from === month);
      if (at < 0 || spans[at].reason.code === 'firstKnown') return [];
      const before = at > 0 ? spans[at - 1].tier : null;
      return before === spans[at].tier ? [] : [{ platform, accountId, name, before, after: spans[at].tier, reason: spans[at].reason }];
    })
    .sort((a, b) => highest(a) - highest(b) || a.name.localeCompare(b.name, 'zh-CN'));
}

const highest = ({ before, after }: TierChange) => Math.min(ORDER.indexOf(before), ORDER.indexOf(after));
