import { PlatformError } from '../platform-error';
import { answerCheck } from '../wire/wire-client';
import { wireId, wireObject, wireText } from '../wire/wire-value';
import { DOUYIN_ACTIONS, douyinCode } from '../douyin/douyin-errors';
import { KUAISHOU_ACTIONS, kuaishouCode } from '../kuaishou/kuaishou-errors';
import { authorizePage, exchangeOnce, tokensOf, type OAuthFlow } from './oauth-flow';

const listed = (text: string): string[] => text.split(/[,\s]+/).filter((scope) => scope !== '');

/** Douyin's open platform: form-encoded, `data{…}`; a refresh token is renewed at most five times. */
export const DOUYIN_FLOW: OAuthFlow = {
  product: 'douyin-open',
  needs: [
    { scope: 'user_info', serves: ['accounts'] },
    { scope: 'video.list.bind', serves: ['videos'] },
    { scope: 'data.external.user', serves: ['followers'] },
    { scope: 'data.external.item', serves: ['videoDays'] },
    { scope: 'live.room.base', serves: ['sessions'] },
    { scope: 'live.room.audience', serves: ['sessionViews', 'sessionViewers', 'sessionDwell'] },
    { scope: 'live.room.interactive', serves: ['sessionReactions'] },
    { scope: 'renew_refresh_token', serves: [] },
  ],
  renewalLimit: 5,
  codeParameter: 'code',
  authorizeUrl(app, { redirectUri, state }) {
    const page = { realBase: 'https://open.douyin.com', realHost: 'https://open.douyin.com', path: '/platform/oauth/connect/' };
    const scope = this.needs.map((need) => need.scope).join(',');
    return authorizePage(app, page, { client_key: app.appId, response_type: 'code', scope, redirect_uri: redirectUri, state });
  },
  async exchange(app, { code, clock, signal }) {
    const path = '/oauth/access_token/';
    const form = { client_key: app.appId, client_secret: app.appSecret, code, grant_type: 'authorization_code' };
    const check = answerCheck('douyin', douyinCode, DOUYIN_ACTIONS);
    const answer = await exchangeOnce(app.baseUrl, { platform: 'douyin', check }, { method: 'POST', path, form, signal });
    const data = wireObject(answer.data);
    const principalId = wireId(data.open_id);
    if (principalId === null) throw new PlatformError('douyin', 'fail', 'no open_id in answer', path);
    const names = { life: 'expires_in', refreshLife: 'refresh_expires_in' };
    return {
      principalId,
      accountIds: [principalId],
      ...tokensOf(data, { platform: 'douyin', endpoint: path, now: clock.now(), names }),
      scopes: typeof data.scope === 'string' ? listed(data.scope) : null,
    };
  },
};

/** Kuaishou's open platform: a GET with everything in the query, a flat answer; each refresh gives a new refresh token. */
export const KUAISHOU_FLOW: OAuthFlow = {
  product: 'kuaishou-open',
  needs: [
    { scope: 'user_info', serves: ['accounts', 'followers'] },
    { scope: 'user_video_info', serves: ['videos'] },
  ],
  renewalLimit: null,
  codeParameter: 'code',
  authorizeUrl(app, { redirectUri, state }) {
    const page = { realBase: 'https://open.kuaishou.com', realHost: 'https://open.kuaishou.com', path: '/oauth2/authorize' };
    const scope = this.needs.map((need) => need.scope).join(',');
    return authorizePage(app, page, { app_id: app.appId, scope, response_type: 'code', ua: 'pc', redirect_uri: redirectUri, state });
  },
  async exchange(app, { code, clock, signal }) {
    const path = '/oauth2/access_token';
    const query = { app_id: app.appId, app_secret: app.appSecret, code, grant_type: 'authorization_code' };
    const check = answerCheck('kuaishou', kuaishouCode, KUAISHOU_ACTIONS);
    const answer = await exchangeOnce(app.baseUrl, { platform: 'kuaishou', check }, { path, query, signal });
    const principalId = wireId(answer.open_id);
    if (principalId === null) throw new PlatformError('kuaishou', 'fail', 'no open_id in answer', path);
    const { scopes } = answer;
    return {
      principalId,
      accountIds: [principalId],
      ...tokensOf(answer, { platform: 'kuaishou', endpoint: path, now: clock.now() }),
      scopes: Array.isArray(scopes) ? scopes.map(wireText).filter((scope) => scope !== '') : null,
    };
  },
};
