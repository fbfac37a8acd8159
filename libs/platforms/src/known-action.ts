import type { GrantProduct } from '@app/contracts';
import { CHANNELS_ACTIONS, CHANNELS_RATE_LIMITS } from './channels/channels-errors';
import { DOUYIN_ACTIONS, DOUYIN_RATE_LIMITS } from './douyin/douyin-errors';
import { KUAISHOU_ACTIONS, KUAISHOU_RATE_LIMITS } from './kuaishou/kuaishou-errors';
import { OCEANENGINE_ACTIONS, OCEANENGINE_RATE_LIMITS } from './oceanengine/oceanengine-errors';
import type { CollectorAction } from './platform-error';
import { TENCENT_ADS_ACTIONS, TENCENT_ADS_RATE_LIMITS } from './tencent-ads/tencent-ads-errors';

/** Magnetic Engine's codes are in no table: its messages say what an error asks for. */
const ACTIONS: Readonly<Record<GrantProduct, Readonly<Record<string, CollectorAction>>>> = {
  'douyin-open': DOUYIN_ACTIONS,
  oceanengine: OCEANENGINE_ACTIONS,
  'kuaishou-open': KUAISHOU_ACTIONS,
  magnetic: {},
  'channels-app': CHANNELS_ACTIONS,
  'tencent-ads': TENCENT_ADS_ACTIONS,
};
const TOO_MANY: Readonly<Record<GrantProduct, ReadonlySet<string>>> = {
  'douyin-open': DOUYIN_RATE_LIMITS,
  oceanengine: OCEANENGINE_RATE_LIMITS,
  'kuaishou-open': KUAISHOU_RATE_LIMITS,
  magnetic: new Set(),
  'channels-app': CHANNELS_RATE_LIMITS,
  'tencent-ads': TENCENT_ADS_RATE_LIMITS,
};

/** What a product's code asked for; null for a code that no table holds. `too-many`: a limit of calls, whatever is done about it. */
export function knownAction(product: GrantProduct, wireCode: string): CollectorAction | 'too-many' | null {
  if (TOO_MANY[product].has(wireCode)) return 'too-many';
  const actions = ACTIONS[product];
  return Object.hasOwn(actions, wireCode) ? actions[wireCode]! : null;
}
