import type { Clock } from '@app/config';
import type { CapabilityName, GrantProduct, Platform } from '@app/contracts';
import { PlatformError } from '../platform-error';
import { WireClient, type AnswerCheck, type WireOptions, type WireRequest } from '../wire/wire-client';
import { wireCount, wireText, type WireObject } from '../wire/wire-value';

/** The brand's own app at a platform, and the server to call. */
export interface OAuthApp {
  appId: string;
  appSecret: string;
  baseUrl: string;
}

/** What an owner allowed. Instants are epoch ms; `scopes` null: the platform does not say. */
export interface Authorised {
  /** The platform's id of who authorised. */
  principalId: string;
  /** Accounts that the platform names beside it: the principal itself where an authorisation is of one account, none where it is of an advertiser. */
  accountIds: string[];
  accessToken: string;
  refreshToken: string | null;
  accessExpiresAt: number | null;
  refreshExpiresAt: number | null;
  scopes: string[] | null;
}

/** A permission that the owner may withhold, and what is not collected without it. */
export interface NeededScope {
  scope: string;
  serves: readonly CapabilityName[];
}

export interface CodeExchange {
  code: string;
  redirectUri: string;
  clock: Clock;
  signal: AbortSignal;
}

/** The authorisation code flow of one product. A code is good once, so an exchange is never repeated by itself. */
export interface OAuthFlow {
  readonly product: GrantProduct;
  readonly needs: readonly NeededScope[];
  /** How often a refresh token can be renewed before the owner must authorise again; null: without limit, or it renews itself. */
  readonly renewalLimit: number | null;
  /** Query parameter of the redirect that holds the code. */
  readonly codeParameter: 'code' | 'auth_code' | 'authorization_code';
  authorizeUrl(app: OAuthApp, given: { redirectUri: string; state: string }): string;
  /** Throws PlatformError. */
  exchange(app: OAuthApp, given: CodeExchange): Promise<Authorised>;
}

/** The authorize page: on the platform's own host, or on the server that stands in for the platform. */
export function authorizePage(
  app: OAuthApp,
  page: { realBase: string; realHost: string; path: string },
  query: Record<string, string>,
): string {
  const standIn = new URL(app.baseUrl).host !== new URL(page.realBase).host;
  const url = new URL(page.path, standIn ? app.baseUrl : page.realHost);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** One call, once. */
export async function exchangeOnce(
  baseUrl: string,
  protocol: { platform: Platform; check: AnswerCheck },
  wire: WireRequest,
): Promise<WireObject> {
  const options: WireOptions = { retries: 0, concurrency: 1 };
  const client = new WireClient(baseUrl, { ...protocol, isRateLimit: () => false }, options);
  try {
    return await client.send(wire);
  } finally {
    await client.close();
  }
}

/** Tokens and their ends out of an answer; `names` are the wire names. Throws when there is no token. */
export function tokensOf(
  fields: WireObject,
  given: { platform: Platform; endpoint: string; now: number; names?: { life: string; refreshLife: string } },
): Pick<Authorised, 'accessToken' | 'refreshToken' | 'accessExpiresAt' | 'refreshExpiresAt'> {
  const { life, refreshLife } = given.names ?? { life: 'expires_in', refreshLife: 'refresh_token_expires_in' };
  const accessToken = wireText(fields.access_token);
  if (accessToken === '') throw new PlatformError(given.platform, 'fail', 'no token in answer', given.endpoint);
  const until = (name: string): number | null => {
    const seconds = wireCount(fields[name]);
    return seconds === null ? null : given.now + seconds * 1_000;
  };
  return {
    accessToken,
    refreshToken: wireText(fields.refresh_token) || null,
    accessExpiresAt: until(life),
    refreshExpiresAt: until(refreshLife),
  };
}
