import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isWireObject, wireObject, type WireObject } from '../wire/wire-value';

/** Where platforms push to: one address each, `POST /api/v1/webhooks/<channel>`. */
export const WEBHOOK_CHANNELS = ['douyin', 'oceanengine', 'kuaishou', 'channels', 'douyin-live', 'kuaishou-live'] as const;
export type WebhookChannel = (typeof WEBHOOK_CHANNELS)[number];

/** A push as it came. Names of headers are in lower case; `body` is every byte, for signatures are made over it. */
export interface WebhookRequest {
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

/**
 * Why a push is refused: `signature` it is not the platform's · `stale` signed too long ago, or in the future · `malformed` signed, but not to be
 * read · `no secret` this installation has none for the channel.
 */
export type WebhookRefusal = 'signature' | 'stale' | 'malformed' | 'no secret';

/** What a push is. `answer` is the body that the platform expects: an object is sent as JSON, a text as it is. */
export type WebhookVerdict =
  | { kind: 'refused'; reason: WebhookRefusal }
  | { kind: 'challenge'; answer: object | string }
  | { kind: 'message'; key: string; event: string; sentAt: number | null; message: WireObject; answer: object | string };

/** What signatures are checked with. `ofApp`: secrets of an app by the id that the push names (null: it names none). */
export interface WebhookSecrets {
  ofApp(appId: string | null): readonly string[];
  /** Live play: one secret per message type, or one for all under `*`. */
  live: Readonly<Record<string, string>>;
  /** Channels: what is entered in its console, and the appid that messages must be for. */
  channels: { token: string; aesKey: string; appId: string } | null;
}

/** How far a signed instant may be from ours: platforms repeat within seconds, and clocks differ by minutes. */
export const REPLAY_WINDOW_MS = 10 * 60_000;

export const refused = (reason: WebhookRefusal): WebhookVerdict => ({ kind: 'refused', reason });
export const isFresh = (sentAt: number | null, now: number): boolean => sentAt === null || Math.abs(now - sentAt) <= REPLAY_WINDOW_MS;

/** Equal texts, in a time that tells nothing about how much of them is equal. */
export function sameText(left: string, right: string): boolean {
  const [a, b] = [left, right].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a, b);
}

/** Is one of the secrets the one that makes this signature? All are tried. */
export const someMatch = (given: string | undefined, expected: readonly string[]): boolean =>
  given !== undefined && expected.map((text) => sameText(given, text)).includes(true);

export const hex = (algorithm: 'md5' | 'sha1', ...parts: (string | Buffer)[]): string => {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
export const hmacHex = (secret: string, body: Buffer): string => createHmac('sha256', secret).update(body).digest('hex');

/** Key of a message that names none. */
export const bodyKey = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

export function parsedBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

export function objectBody(body: Buffer): WireObject | null {
  const parsed = parsedBody(body);
  return isWireObject(parsed) ? parsed : null;
}

/** An object, also where it is written as JSON text. */
export function objectOrText(value: unknown): WireObject {
  return typeof value === 'string' ? (objectBody(Buffer.from(value)) ?? {}) : wireObject(value);
}
