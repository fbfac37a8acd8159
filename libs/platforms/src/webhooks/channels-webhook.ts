import { createDecipheriv } from 'node:crypto';
import { wireId, wireInstant, wireText, type WireObject } from '../wire/wire-value';
import { bodyKey, hex, isFresh, objectBody, refused, sameText, someMatch } from './webhook';
import type { WebhookRequest, WebhookSecrets, WebhookVerdict } from './webhook';

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
/** WeChat pads to 32 bytes, not to the cipher's 16. */
const BLOCK = 32;

const signatureOf = (...parts: string[]): string => hex('sha1', parts.sort().join(''));

/** WeChat's message push: a GET checks the address, a POST brings an encrypted message (safe mode, JSON). Unencrypted ones sign no content. */
export function verifyChannels({ method, query, body }: WebhookRequest, secrets: WebhookSecrets, now: number): WebhookVerdict {
  if (!secrets.channels) return refused('no secret');
  const { token, aesKey, appId } = secrets.channels;
  const { timestamp = '', nonce = '' } = query;
  const sentAt = wireInstant(timestamp);
  if (method === 'GET') {
    if (!someMatch(query.signature, [signatureOf(token, timestamp, nonce)])) return refused('signature');
    return isFresh(sentAt ?? 0, now) ? { kind: 'challenge', answer: query.echostr ?? '' } : refused('stale');
  }
  const envelope = objectBody(body);
  const sealed = wireText(envelope?.Encrypt);
  if (sealed === '' || !someMatch(query.msg_signature, [signatureOf(token, timestamp, nonce, sealed)])) return refused('signature');
  if (!isFresh(sentAt ?? 0, now)) return refused('stale');
  const message = decrypted(sealed, aesKey, appId);
  if (message === 'other app') return refused('signature');
  if (message === null) return refused('malformed');
  const key = wireId(message.MsgId) ?? bodyKey(body);
  return { kind: 'message', key, event: wireText(message.Event) || wireText(message.MsgType), sentAt, message, answer: 'success' };
}

/** Plain text: 16 random bytes, 4 bytes of length (big endian), message, appid. */
function decrypted(sealed: string, aesKey: string, appId: string): WireObject | 'other app' | null {
  try {
    const key = Buffer.from(`${aesKey}=`, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]);
    const padding = padded[padded.length - 1];
    if (padding < 1 || padding > BLOCK) return null;
    const plain = padded.subarray(0, padded.length - padding);
    const start = RANDOM_BYTES + LENGTH_BYTES;
    const end = start + plain.readUInt32BE(RANDOM_BYTES);
    if (end > plain.length) return null;
    if (!sameText(plain.subarray(end).toString('utf8'), appId)) return 'other app';
    return objectBody(plain.subarray(start, end));
  } catch {
    return null;
  }
}
