import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { DOUYIN_APP } from '../wire/douyin-oauth';
import { KUAISHOU_APP } from '../wire/kuaishou';

/** A push before it is sent: what goes into query and headers besides the body. */
export interface SignedPush {
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

/** Channels' message push: what an owner enters in the console. */
export const CHANNELS_PUSH = { token: 'simtoken', aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', appId: 'wxsimpush' };
/** Secret of Ocean Engine's pushes. */
export const OCEANENGINE_PUSH_SECRET = 'sim-oceanengine-push';

/** Secret of every message type of Douyin's live play. */
export const DOUYIN_LIVE_SECRET = 'sim-live-play';

export const PUSH_SERVERS = ['douyin', 'kuaishou', 'channels', 'oceanengine', 'douyin-live', 'kuaishou-live'] as const;
export type PushServer = (typeof PUSH_SERVERS)[number];

/** One event of an account; `id` is the message's own, the same in every repetition. */
export interface PushEvent {
  event: string;
  openId: string;
  content: Record<string, unknown>;
  id: string;
  /** Epoch ms. */
  at: number;
}

const hash = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');
/** Events whose `content` Douyin sends as JSON text. */
const CONTENT_AS_TEXT = new Set(['new_follow_action', 'new_video_digg']);

/** The push as each platform signs it (platforms/*.md, sections on webhooks). */
export function signedPush(server: PushServer, push: PushEvent): SignedPush {
  switch (server) {
    case 'douyin':
      return douyinPush(push);
    case 'kuaishou':
      return kuaishouPush(push);
    case 'channels':
      return channelsPush(push, CHANNELS_PUSH);
    case 'oceanengine':
      return oceanEnginePush(push);
    case 'douyin-live':
      return douyinLivePush(push);
    case 'kuaishou-live':
      return kuaishouLivePush(push);
  }
}

/** The same push as a stranger would send it who knows everything but the secret. */
export function forged(push: SignedPush): SignedPush {
  const spoilt = (fields: Record<string, string>, names: readonly string[]) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        names.includes(name) ? value.replace(/./g, (c) => (c === '0' ? '1' : '0')) : value,
      ]),
    );
  return {
    ...push,
    headers: spoilt(push.headers, ['x-douyin-signature', 'kwaisign', 'x-signature']),
    query: spoilt(push.query, ['signature', 'msg_signature']),
  };
}

function douyinPush({ event, openId, content, id }: PushEvent): SignedPush {
  const told = CONTENT_AS_TEXT.has(event) ? JSON.stringify(content) : content;
  const body = JSON.stringify({ event, from_user_id: openId, to_user_id: '', client_key: DOUYIN_APP.clientKey, content: told });
  return { query: {}, headers: { 'x-douyin-signature': hash('sha1', DOUYIN_APP.clientSecret + body), 'msg-id': id }, body };
}

function kuaishouPush({ event, openId, content, id, at }: PushEvent): SignedPush {
  const body = JSON.stringify({ app_id: KUAISHOU_APP.appId, event, message_id: id, timestamp: at, data: { open_id: openId, ...content } });
  return { query: {}, headers: { kwaisign: hash('md5', body + KUAISHOU_APP.appSecret) }, body };
}

/** Live play: the body is a list; `content.room` is the room, the event the message type. */
function douyinLivePush({ event, openId, content: { room = 'R1', ...content }, id, at }: PushEvent): SignedPush {
  const body = JSON.stringify([{ msg_id: id, sec_openid: openId, timestamp: at, avatar_url: '', nickname: '', ...content }]);
  const signed = { 'x-msg-type': event, 'x-nonce-str': id, 'x-roomid': String(room), 'x-timestamp': String(at) };
  const joined = Object.entries(signed)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const signature = createHash('md5')
    .update(joined + body + DOUYIN_LIVE_SECRET)
    .digest('base64');
  return { query: {}, headers: { ...signed, 'x-signature': signature }, body };
}

/** Live interaction: the event is the `push_type`; one message may come as several pushes, told apart by `unique_message_id` only. */
function kuaishouLivePush({ event, openId, content: { room = 'R1', ...content }, id, at }: PushEvent): SignedPush {
  const payload = [{ ...content, userInfo: { userId: openId, userName: '', headUrl: '' } }];
  const data = { push_type: event, unique_message_id: id, author_open_id: openId, live_timestamp: at, room_code: room, payload };
  const body = JSON.stringify({ app_id: KUAISHOU_APP.appId, event: 'LIVE_INTERACTION', message_id: `${id}-1`, timestamp: at, data });
  return { query: {}, headers: { kwaisign: hash('md5', body + KUAISHOU_APP.appSecret) }, body };
}

function oceanEnginePush({ event, openId, content, id, at }: PushEvent): SignedPush {
  const seconds = Math.floor(at / 1000);
  const body = JSON.stringify({
    message_id: id,
    subscribe_task_id: 1,
    service_label: event,
    advertiser_ids: [openId],
    publish_time: seconds,
    timestamp: seconds,
    nonce: id,
    data: JSON.stringify(content),
  });
  return { query: {}, headers: { 'x-signature': createHmac('sha256', OCEANENGINE_PUSH_SECRET).update(body).digest('hex') }, body };
}

/** AES-256-CBC in WeChat's envelope, safe mode, JSON; `random` are its 16 leading bytes. */
export function channelsPush(
  { event, openId, content, id, at }: PushEvent,
  { token, aesKey, appId }: typeof CHANNELS_PUSH,
  random = '0123456789abcdef',
): SignedPush {
  const seconds = String(Math.floor(at / 1000));
  const message = JSON.stringify({
    ToUserName: 'gh_sim',
    FromUserName: openId,
    CreateTime: Number(seconds),
    MsgType: 'event',
    Event: event,
    MsgId: id,
    ...content,
  });
  const sealed = sealedMessage(message, { aesKey, appId, random });
  const nonce = hash('md5', id).slice(0, 10);
  const signature = (...parts: string[]) => hash('sha1', parts.sort().join(''));
  return {
    query: {
      signature: signature(token, seconds, nonce),
      timestamp: seconds,
      nonce,
      encrypt_type: 'aes',
      msg_signature: signature(token, seconds, nonce, sealed),
    },
    headers: {},
    body: JSON.stringify({ ToUserName: 'gh_sim', Encrypt: sealed }),
  };
}

/** `Encrypt` of a message; PKCS#7 to blocks of 32. */
export function sealedMessage(message: string, { aesKey, appId, random }: { aesKey: string; appId: string; random: string }): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([Buffer.from(random), length, text, Buffer.from(appId)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}
