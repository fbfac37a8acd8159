import type { GrantProduct } from '@app/contracts';
import { MAGNETIC_FLOW, OCEANENGINE_FLOW, TENCENT_FLOW } from './advertising-flows';
import type { OAuthFlow } from './oauth-flow';
import { DOUYIN_FLOW, KUAISHOU_FLOW } from './open-flows';

/** Products with an authorize page; `channels-app` has none: its appid and secret are the permission. */
export type AuthorizedProduct = Exclude<GrantProduct, 'channels-app'>;

export const OAUTH_FLOWS: Readonly<Record<AuthorizedProduct, OAuthFlow>> = {
  'douyin-open': DOUYIN_FLOW,
  oceanengine: OCEANENGINE_FLOW,
  'kuaishou-open': KUAISHOU_FLOW,
  magnetic: MAGNETIC_FLOW,
  'tencent-ads': TENCENT_FLOW,
};
