import { PlatformError, type CollectorAction } from '../platform-error';
import { answerCheck } from '../wire/wire-client';
import { wireId, wireObject, wireText, type WireObject } from '../wire/wire-value';
import { authorizePage, exchangeOnce, tokensOf, type OAuthFlow } from './oauth-flow';

/** `code` 0 is good; no table of codes is published for these calls, so any other is a mistake to be shown. */
const codeOf = (answer: WireObject): string | null => {
  const code = String(answer.code ?? '0').trim();
  return code === '0' ? null : code;
};
const NO_CODES: Readonly<Record<string, CollectorAction>> = {};

/** An advertiser's id, or all of them in a fixed order. */
function advertisers(data: WireObject): string | null {
  const many = Array.isArray(data.advertiser_ids) ? data.advertiser_ids.map(wireId).filter((id) => id !== null) : [];
  const ids = many.length > 0 ? many.sort() : [wireId(data.advertiser_id)].filter((id) => id !== null);
  return ids.length === 0 ? null : ids.join(',');
}

/** Ocean Engine: JSON with `auth_code` (10 minutes, once); each refresh ends the former pair. */
export const OCEANENGINE_FLOW: OAuthFlow = {
  product: 'oceanengine',
  needs: [],
  renewalLimit: null,
  codeParameter: 'auth_code',
  authorizeUrl(app, { redirectUri, state }) {
    const page = { realBase: 'https://api.oceanengine.com', realHost: 'https://ad.oceanengine.com', path: '/openapi/audit/oauth.html' };
    return authorizePage(app, page, { app_id: app.appId, state, redirect_uri: redirectUri, material_auth: '1' });
  },
  async exchange(app, { code, clock, signal }) {
    const path = '/open_api/oauth2/access_token/';
    const json = { app_id: app.appId, secret: app.appSecret, grant_type: 'auth_code', auth_code: code };
    const check = answerCheck('douyin', codeOf, NO_CODES);
    const data = wireObject((await exchangeOnce(app.baseUrl, { platform: 'douyin', check }, { method: 'POST', path, json, signal })).data);
    const principalId = advertisers(data);
    if (principalId === null) throw new PlatformError('douyin', 'fail', 'no advertiser in answer', path);
    const tokens = tokensOf(data, { platform: 'douyin', endpoint: path, now: clock.now() });
    return { principalId, accountIds: [], ...tokens, scopes: null };
  },
};

/** Magnetic Engine: JSON with `auth_code`. The page also knows `scope` and `oauth_type`, whose values are the app's own: its console gives them. */
export const MAGNETIC_FLOW: OAuthFlow = {
  product: 'magnetic',
  needs: [],
  renewalLimit: null,
  codeParameter: 'auth_code',
  authorizeUrl(app, { redirectUri, state }) {
    const page = { realBase: 'https://ad.e.kuaishou.com', realHost: 'https://developers.e.kuaishou.com', path: '/tools/authorize' };
    return authorizePage(app, page, { app_id: app.appId, redirect_uri: redirectUri, state });
  },
  async exchange(app, { code, clock, signal }) {
    const path = '/rest/openapi/oauth2/authorize/access_token';
    const json = { app_id: app.appId, secret: app.appSecret, auth_code: code };
    const check = answerCheck('kuaishou', codeOf, NO_CODES);
    const data = wireObject(
      (await exchangeOnce(app.baseUrl, { platform: 'kuaishou', check }, { method: 'POST', path, json, signal })).data,
    );
    const principalId = advertisers(data);
    if (principalId === null) throw new PlatformError('kuaishou', 'fail', 'no advertiser in answer', path);
    const names = { life: 'access_token_expires_in', refreshLife: 'refresh_token_expires_in' };
    const tokens = tokensOf(data, { platform: 'kuaishou', endpoint: path, now: clock.now(), names });
    return { principalId, accountIds: [], ...tokens, scopes: null };
  },
};

/** Tencent Ads: a GET with everything in the query; the redirect address must be the one of the authorize page, without a port. */
export const TENCENT_FLOW: OAuthFlow = {
  product: 'tencent-ads',
  needs: [],
  renewalLimit: null,
  codeParameter: 'authorization_code',
  authorizeUrl(app, { redirectUri, state }) {
    const page = { realBase: 'https://api.e.qq.com', realHost: 'https://developers.e.qq.com', path: '/oauth/authorize' };
    return authorizePage(app, page, { client_id: app.appId, redirect_uri: redirectUri, state });
  },
  async exchange(app, { code, redirectUri, clock, signal }) {
    const path = '/oauth/token';
    const query = {
      client_id: app.appId,
      client_secret: app.appSecret,
      grant_type: 'authorization_code',
      authorization_code: code,
      redirect_uri: redirectUri,
    };
    const check = answerCheck('channels', codeOf, NO_CODES);
    const data = wireObject((await exchangeOnce(app.baseUrl, { platform: 'channels', check }, { path, query, signal })).data);
    const who = wireObject(data.authorizer_info);
    const principalId = wireId(who.account_id);
    if (principalId === null) throw new PlatformError('channels', 'fail', 'no account in answer', path);
    const names = { life: 'access_token_expires_in', refreshLife: 'refresh_token_expires_in' };
    const tokens = tokensOf(data, { platform: 'channels', endpoint: path, now: clock.now(), names });
    const scopes = Array.isArray(who.scope_list) ? who.scope_list.map(wireText).filter((scope) => scope !== '') : null;
    return { principalId, accountIds: [], ...tokens, scopes };
  },
};
