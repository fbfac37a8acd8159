import { wireCount, wireId, wireInstant, wireList, wireObject, wireText, type WireObject } from '../wire/wire-value';
import type { WebhookChannel } from './webhook';

/** Keys of a viewer for every brand that it could be a viewer of: the push does not say whose room it is. */
export type ViewerKeysOf = (viewer: string, at: number) => Record<string, string>;

/** What is kept of a push: no id of a viewer but its keys, no text, name, picture, phone. Instants are epoch ms. */
export type KeptMessage =
  | { what: 'grant'; principalId: string; scopes: string[] }
  | { what: 'video'; principalId: string }
  | { what: 'comments'; roomId: string | null; principalId: string | null; comments: KeptComment[] }
  | { what: 'counts'; roomId: string | null; principalId: string | null; count: number | null }
  | { what: 'none' };

export interface KeptComment {
  commentId: string;
  viewers: Record<string, string>;
  at: number;
}

const NOTHING: KeptMessage = { what: 'none' };
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

/** The least of a verified push that its processing needs. `receivedAt` stands where a message gives no instant. */
export function minimised(
  channel: WebhookChannel,
  event: string,
  message: WireObject,
  at: { receivedAt: number; viewerKeys: ViewerKeysOf },
): KeptMessage {
  switch (channel) {
    case 'douyin':
      return douyin(event, message);
    case 'kuaishou':
      return kuaishou(event, message);
    case 'douyin-live':
      return douyinLive(event, message, at);
    case 'kuaishou-live':
      return kuaishouLive(event, message, at);
    // their events say nothing that a figure is made of, and may hold what identifies a person
    case 'oceanengine':
    case 'channels':
      return NOTHING;
  }
}

/** Only of these events `from_user_id` is the account's owner; in others it is a viewer. */
function douyin(event: string, message: WireObject): KeptMessage {
  const principalId = wireId(message.from_user_id);
  if (principalId === null) return NOTHING;
  if (event === 'authorize' || event === 'unauthorize')
    return { what: 'grant', principalId, scopes: textsOf(wireObject(message.content).scopes) };
  return event === 'create_video' ? { what: 'video', principalId } : NOTHING;
}

function kuaishou(event: string, message: WireObject): KeptMessage {
  const data = wireObject(message.data);
  const principalId = wireId(data.open_id);
  if (principalId === null || !['AUTHORIZE', 'UN_AUTHORIZE'].includes(event)) return NOTHING;
  return { what: 'grant', principalId, scopes: textsOf(data.scope) };
}

interface At {
  receivedAt: number;
  viewerKeys: ViewerKeysOf;
}

function douyinLive(event: string, message: WireObject, { receivedAt, viewerKeys }: At): KeptMessage {
  const roomId = wireText(message.roomId) || null;
  const list = wireList(message.list);
  if (event === 'live_comment') {
    const comments = list.flatMap((one) => {
      const commentId = wireId(one.msg_id);
      const viewer = wireText(one.sec_openid);
      const at = wireInstant(one.timestamp) ?? receivedAt;
      return commentId === null || viewer === '' ? [] : [{ commentId, viewers: viewerKeys(viewer, at), at }];
    });
    return { what: 'comments', roomId, principalId: null, comments };
  }
  const sumOf = (field: string): number | null => sum(list.map((one) => wireCount(one[field])));
  if (event === 'live_like') return { what: 'counts', roomId, principalId: null, count: sumOf('like_num') };
  return event === 'live_gift' ? { what: 'counts', roomId, principalId: null, count: sumOf('gift_num') } : NOTHING;
}

function kuaishouLive(event: string, data: WireObject, { receivedAt, viewerKeys }: At): KeptMessage {
  const place = { roomId: null, principalId: wireId(data.author_open_id) };
  const list = wireList(data.payload);
  if (event === 'comment') {
    const messageId = wireId(data.unique_message_id);
    const at = wireInstant(data.live_timestamp) ?? receivedAt;
    // the elements have no id of their own: their place in the message is one
    const comments = list.flatMap((one, index) => {
      const viewer = wireId(wireObject(one.userInfo).userId);
      return messageId === null || viewer === null ? [] : [{ commentId: `${messageId}-${index}`, viewers: viewerKeys(viewer, at), at }];
    });
    return { what: 'comments', ...place, comments };
  }
  if (event === 'like') return { what: 'counts', ...place, count: sum(list.map((one) => wireCount(one.count))) };
  return event === 'gift' ? { what: 'counts', ...place, count: sum(list.map((one) => wireCount(one.giftCount))) } : NOTHING;
}

/** Null when a part is unknown: part of a sum is no sum. */
function sum(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
}
