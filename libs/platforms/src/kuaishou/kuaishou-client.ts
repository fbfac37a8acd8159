import { answerCheck, WireClient, type WireOptions } from '../wire/wire-client';
import type { WireObject } from '../wire/wire-value';
import { KUAISHOU_ACTIONS, KUAISHOU_RATE_LIMITS, kuaishouCode } from './kuaishou-errors';
import { KUAISHOU_LIMITS } from './limits';

export interface KuaishouUser {
  appId: string;
  accessToken: string;
}

/** The documented maximum. */
export const PAGE_SIZE = 200;

/** Wire protocol of open.kuaishou.com: tokens in the query, flat answers with `result`. */
export class KuaishouClient {
  private readonly wire: WireClient;

  constructor(baseUrl: string, options?: WireOptions) {
    this.wire = new WireClient(
      baseUrl,
      {
        platform: 'kuaishou',
        check: answerCheck('kuaishou', kuaishouCode, KUAISHOU_ACTIONS),
        isRateLimit: (code) => KUAISHOU_RATE_LIMITS.has(code),
        limits: KUAISHOU_LIMITS,
      },
      options,
    );
  }

  private get(
    path: string,
    user: KuaishouUser,
    query: Record<string, string | number | undefined>,
    signal: AbortSignal,
  ): Promise<WireObject> {
    return this.wire.send({ path, query: { app_id: user.appId, access_token: user.accessToken, ...query }, signal });
  }

  userInfo(user: KuaishouUser, signal: AbortSignal): Promise<WireObject> {
    return this.get('/openapi/user_info', user, {}, signal);
  }

  videoPage(user: KuaishouUser, cursor: string | undefined, signal: AbortSignal): Promise<WireObject> {
    return this.get('/openapi/photo/list', user, { cursor, count: PAGE_SIZE }, signal);
  }

  videoCount(user: KuaishouUser, signal: AbortSignal): Promise<WireObject> {
    return this.get('/openapi/photo/count', user, {}, signal);
  }

  refreshToken(appId: string, appSecret: string, refreshToken: string, signal: AbortSignal): Promise<WireObject> {
    const query = { app_id: appId, app_secret: appSecret, refresh_token: refreshToken, grant_type: 'refresh_token' };
    return this.wire.send({ path: '/oauth2/refresh_token', query, signal });
  }

  close(): Promise<void> {
    return this.wire.close();
  }
}
