import { createHash } from 'node:crypto';
import { wireId, wireInstant, wireList, wireObject, wireText } from '../wire/wire-value';
import { kuaishouSigned } from './open-platform-webhooks';
import {
  bodyKey,
  isFresh,
  objectBody,
  parsedBody,
  refused,
  someMatch,
  type WebhookRequest,
  type WebhookSecrets,
  type WebhookVerdict,
} from './webhook';

const SIGNED_HEADERS = ['x-msg-type', 'x-nonce-str', 'x-roomid', 'x-timestamp'] as const;

/** Base64 of md5 over the four headers, sorted by name as `k=v` joined with `&`, the body and the secret of the message type. */
export function douyinLiveSignature(headers: Readonly<Record<string, string | undefined>>, body: Buffer, secret: string): string {
  const signed = SIGNED_HEADERS.map((name) => `${name}=${headers[name] ?? ''}`).join('&');
  return createHash('md5').update(signed).update(body).update(secret).digest('base64');
}

/** Pushes of Douyin's live play: the body is a list of messages of one type and room. */
export function verifyDouyinLive({ headers, body }: WebhookRequest, secrets: WebhookSecrets, now: number): WebhookVerdict {
  const type = headers['x-msg-type'] ?? '';
  const secret = (Object.hasOwn(secrets.live, type) ? secrets.live[type] : undefined) ?? secrets.live['*'];
  if (secret === undefined) return refused('no secret');
  if (!someMatch(headers['x-signature'], [douyinLiveSignature(headers, body, secret)])) return refused('signature');
  const sentAt = wireInstant(headers['x-timestamp']);
  // without an instant a recorded push could be sent again for ever
  if (sentAt === null || !isFresh(sentAt, now)) return refused('stale');
  const parsed = parsedBody(body);
  if (!Array.isArray(parsed)) return refused('malformed');
  const message = { roomId: headers['x-roomid'] ?? '', list: wireList(parsed) };
  return { kind: 'message', key: bodyKey(body), event: type, sentAt, message, answer: {} };
}

/** Pushes of Kuaishou's live interaction, signed as its webhooks are. */
export function verifyKuaishouLive(request: WebhookRequest, secrets: WebhookSecrets, now: number): WebhookVerdict {
  const message = objectBody(request.body);
  const checked = kuaishouSigned(request, secrets, message && wireId(message.app_id));
  if (checked) return checked;
  if (!message) return refused('malformed');
  const sentAt = wireInstant(message.timestamp);
  if (!isFresh(sentAt, now)) return refused('stale');
  const data = wireObject(message.data);
  const key = wireId(data.unique_message_id) ?? wireId(message.message_id) ?? bodyKey(request.body);
  return { kind: 'message', key, event: kuaishouLiveEvent(wireText(data.push_type)), sentAt, message: data, answer: { result: 1 } };
}

/** The exact spelling of the types is not documented: told apart by their end. */
function kuaishouLiveEvent(pushType: string): string {
  const type = pushType.toLowerCase();
  return ['comment', 'gift', 'like'].find((known) => type.endsWith(known)) ?? 'other';
}
