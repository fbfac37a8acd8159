import { wireId, wireInstant, wireText } from '../wire/wire-value';
import {
  bodyKey,
  hex,
  hmacHex,
  isFresh,
  objectBody,
  objectOrText,
  refused,
  someMatch,
  type WebhookRequest,
  type WebhookSecrets,
  type WebhookVerdict,
} from './webhook';

/** The digits of a challenge as they stand: a number above 2^53 would come back as another. */
const CHALLENGE = /\\?"challenge\\?"\s*:\s*(\d+)/;

/** Douyin OpenAPI: `X-Douyin-Signature` = sha1(client_secret + body). It signs no instant, so only the message's id protects from repetition. */
export function verifyDouyin({ headers, body }: WebhookRequest, secrets: WebhookSecrets): WebhookVerdict {
  const message = objectBody(body);
  const candidates = secrets.ofApp(message && wireId(message.client_key));
  if (candidates.length === 0) return refused('no secret');
  if (
    !someMatch(
      headers['x-douyin-signature'],
      candidates.map((secret) => hex('sha1', secret, body)),
    )
  )
    return refused('signature');
  if (!message) return refused('malformed');
  const event = wireText(message.event);
  if (event === 'verify_webhook') {
    const challenge = CHALLENGE.exec(body.toString('utf8'))?.[1];
    return challenge === undefined ? refused('malformed') : { kind: 'challenge', answer: `{"challenge":${challenge}}` };
  }
  const content = objectOrText(message.content);
  return {
    kind: 'message',
    key: headers['msg-id'] ?? bodyKey(body),
    event,
    sentAt: null,
    message: { ...message, content },
    answer: { message: 'success' },
  };
}

/** Kuaishou: `kwaisign` = md5(body + app_secret), lower-case hex. */
export function verifyKuaishou(request: WebhookRequest, secrets: WebhookSecrets, now: number): WebhookVerdict {
  const message = objectBody(request.body);
  const checked = kuaishouSigned(request, secrets, message && wireId(message.app_id));
  if (checked) return checked;
  if (!message) return refused('malformed');
  const sentAt = wireInstant(message.timestamp);
  if (!isFresh(sentAt, now)) return refused('stale');
  const key = wireId(message.message_id);
  return {
    kind: 'message',
    key: key ?? bodyKey(request.body),
    event: wireText(message.event),
    sentAt,
    message,
    answer: { result: 1, message_id: message.message_id ?? null },
  };
}

/** Null when the signature is good. */
export function kuaishouSigned({ headers, body }: WebhookRequest, secrets: WebhookSecrets, appId: string | null): WebhookVerdict | null {
  const candidates = secrets.ofApp(appId);
  if (candidates.length === 0) return refused('no secret');
  const good = someMatch(
    headers.kwaisign?.toLowerCase(),
    candidates.map((secret) => hex('md5', body, secret)),
  );
  return good ? null : refused('signature');
}

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/** Ocean Engine: HMAC-SHA256(secret, body) in hex. No source names the header, so each that could hold one is looked at. */
export function verifyOceanEngine({ headers, body }: WebhookRequest, secrets: WebhookSecrets, now: number): WebhookVerdict {
  const candidates = secrets.ofApp(null);
  if (candidates.length === 0) return refused('no secret');
  const expected = candidates.map((secret) => hmacHex(secret, body));
  const given = Object.values(headers).filter((value): value is string => value !== undefined && SHA256_HEX.test(value));
  if (!given.map((value) => someMatch(value.toLowerCase(), expected)).includes(true)) return refused('signature');
  const message = objectBody(body);
  if (!message) return refused('malformed');
  const sentAt = wireInstant(message.timestamp);
  if (!isFresh(sentAt, now)) return refused('stale');
  const status = { StatusCode: 0, StatusMessage: 'success' };
  const event = wireText(message.event) || wireText(message.service_label);
  if (event === 'verify_webhook') {
    const challenge = CHALLENGE.exec(body.toString('utf8'))?.[1];
    return challenge === undefined
      ? refused('malformed')
      : { kind: 'challenge', answer: `{"BaseResp":${JSON.stringify(status)},"challenge":${challenge}}` };
  }
  return { kind: 'message', key: wireId(message.message_id) ?? bodyKey(body), event, sentAt, message, answer: { BaseResp: status } };
}
