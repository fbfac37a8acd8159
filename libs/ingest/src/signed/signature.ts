import { Hmac, createHmac, timingSafeEqual } from 'node:crypto';

/** A signature is good for so long before and after the server's clock. */
const SIGNATURE_WINDOW_MS = 300_000;

/** What a request says of itself. */
export interface SignedHeaders {
  keyId: string;
  /** As given, since it is signed as text: epoch seconds or milliseconds. */
  timestamp: string;
  /** HMAC-SHA256 over `<timestamp>.<body as sent>`, lower- or upper-case hex, with or without `sha256=` before it. */
  signature: Buffer;
}

/** Reads the three headers; null when one is missing or of another form. */
export function signedHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): SignedHeaders | null {
  const [keyId, timestamp, signature] = ['x-vitrine-key', 'x-vitrine-timestamp', 'x-vitrine-signature'].map((name) => headers[name]);
  if (typeof keyId !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') return null;
  const hex = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(signature.trim())?.[1];
  if (!hex || !/^\d{10}(\d{3})?$/.test(timestamp) || !/^ik_[0-9a-f]{18}$/.test(keyId)) return null;
  return { keyId, timestamp, signature: Buffer.from(hex, 'hex') };
}

/** Is a request of this timestamp neither too old nor from the future? */
export function isTimely(timestamp: string, now: number): boolean {
  const ms = timestamp.length === 10 ? Number(timestamp) * 1000 : Number(timestamp);
  return Math.abs(now - ms) <= SIGNATURE_WINDOW_MS;
}

/** The signature to be: take the body in with `update`. */
export function signatureOf(secret: Buffer, timestamp: string): Hmac {
  return createHmac('sha256', secret).update(`${timestamp}.`);
}

/** In constant time. */
export const sameSignature = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);
