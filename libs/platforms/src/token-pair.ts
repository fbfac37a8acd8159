import type { Grant } from './grant';
import { PlatformError } from './platform-error';
import type { Platform } from './platform';
import { wireCount, wireText } from './wire/wire-value';

/** What a refresh needs, or PlatformError: without the app nobody can refresh, without a refresh token only this owner cannot. */
export function refreshParts(
  platform: Platform,
  grant: Grant,
  settings: { appId: string | null; appSecret: string | null },
  endpoint: string,
): { appId: string; appSecret: string; refreshToken: string } {
  const appId = grant.appId ?? settings.appId;
  const appSecret = grant.appSecret ?? settings.appSecret;
  if (!appId || !appSecret) throw new PlatformError(platform.name, 'stop-all', 'no app credentials', endpoint);
  if (!grant.refreshToken) throw new PlatformError(platform.name, 'mark-revoked', 'no refresh token', endpoint);
  return { appId, appSecret, refreshToken: grant.refreshToken };
}

/** Fields of a token answer, as they came. Lives in seconds. */
interface TokenAnswer {
  accessToken: unknown;
  refreshToken: unknown;
  accessSeconds: unknown;
  refreshSeconds: unknown;
}

/** The grant with the tokens of an answer. An answer without access token is PlatformError(`fail`); what else it lacks stays as it was. */
export function withTokens(grant: Grant, answer: TokenAnswer, at: { platform: Platform; endpoint: string; now: number }): Grant {
  const accessToken = wireText(answer.accessToken);
  if (accessToken === '') throw new PlatformError(at.platform.name, 'fail', 'no token in answer', at.endpoint);
  const until = (value: unknown): number | null => {
    const seconds = wireCount(value);
    return seconds === null ? null : at.now + seconds * 1_000;
  };
  return {
    ...grant,
    accessToken,
    refreshToken: wireText(answer.refreshToken) || grant.refreshToken,
    accessExpiresAt: until(answer.accessSeconds),
    refreshExpiresAt: until(answer.refreshSeconds) ?? grant.refreshExpiresAt,
  };
}
