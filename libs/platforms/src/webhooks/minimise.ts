import { wireCount, wireId, wireInstant, wireList, wireObject, wireText, type WireObject } from '../wire/wire-value';
import type { WebhookChannel } from './webhook';

/** Keys of a viewer for every brand that it could be a viewer of: the push does not say whose room it is. */
export type ViewerKeysOf = (viewer: string, at: number) => Record<string, string>;

/** What is kept of a push: no id of a viewer but its keys, no text, name, picture, phone. Instants are epoch ms. */
export type KeptMessage =
  | { what: 'grant'; principalId: string; scopes: string[] }
  | { what: 'video'; principalId: string }
  | { what: 'comments'; roomId: string | null; principalId: string | null; comments: KeptComment[] }
  | { what: 'counts'; roomId: string | null; principalId: string | null; figure: 'likes' | 'gifts'; parts: KeptCount[] }
  | { what: 'none' };

export interface KeptComment {
  commentId: string;
  viewers: Record<string, string>;
  at: number;
}

/** Likes or gifts that a room got at one instant; an unreadable number is null. `id` tells a part that comes twice, in whatever message. */
export interface KeptCount {
  id: string;
  at: number;
  count: number | null;
}

const NOTHING: KeptMessage = { what: 'none' };
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

export interface At {
  /** Stands where a message gives no instant. */
  receivedAt: number;
  viewerKeys: ViewerKeysOf;
  /** Stands, with a place, where the parts of a message have no ids. */
  messageKey: string;
}

/** The least of a verified push that its processing needs. */
export function minimised(channel: WebhookChannel, event: string, message: WireObject, at: At): KeptMessage {
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

function douyinLive(event: string, message: WireObject, { receivedAt, viewerKeys, messageKey }: At): KeptMessage {
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
  const field = event === 'live_like' ? 'like_num' : event === 'live_gift' ? 'gift_num' : null;
  if (field === null) return NOTHING;
  const parts = list.map((one, index) => ({
    id: wireId(one.msg_id) ?? `${messageKey}-${index}`,
    at: wireInstant(one.timestamp) ?? receivedAt,
    count: wireCount(one[field]),
  }));
  return { what: 'counts', roomId, principalId: null, figure: field === 'like_num' ? 'likes' : 'gifts', parts };
}

function kuaishouLive(event: string, data: WireObject, { receivedAt, viewerKeys, messageKey }: At): KeptMessage {
  const place = { roomId: null, principalId: wireId(data.author_open_id) };
  const list = wireList(data.payload);
  const messageId = wireId(data.unique_message_id);
  const at = wireInstant(data.live_timestamp) ?? receivedAt;
  if (event === 'comment') {
    // the elements have no id of their own: their place in the message is one
    const comments = list.flatMap((one, index) => {
      const viewer = wireId(wireObject(one.userInfo).userId);
      return messageId === null || viewer === null ? [] : [{ commentId: `${messageId}-${index}`, viewers: viewerKeys(viewer, at), at }];
    });
    return { what: 'comments', ...place, comments };
  }
  const field = event === 'like' ? 'count' : event === 'gift' ? 'giftCount' : null;
  if (field === null) return NOTHING;
  const parts = list.map((one, index) => ({
    id: wireId(one.uniqueNo) ?? `${messageId ?? messageKey}-${index}`,
    at,
    count: wireCount(one[field]),
  }));
  return { what: 'counts', ...place, figure: field === 'count' ? 'likes' : 'gifts', parts };
}
