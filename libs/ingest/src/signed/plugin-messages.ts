/** One message of Douyin's live plugin (`tt.subscribeLiveInteractPluginMessage`), as far as it is kept. Instants epoch ms. */
export interface PluginMessage {
  messageId: string;
  kind: 'entry' | 'comment';
  viewer: string;
  at: number;
  text?: string;
}

export interface PluginDelivery {
  roomId: string;
  /** The key's own account where it has one only. */
  accountId: string | null;
  messages: PluginMessage[];
  /** Read, but of no kind that is kept (likes, gifts, follows), by name. */
  ignored: Record<string, number>;
  /** Messages that lack what they need, by their place, from 1. */
  broken: number[];
  /** Came twice in this body. */
  duplicates: number;
}

const KEPT: Readonly<Record<string, PluginMessage['kind']>> = { live_enter_room: 'entry', live_comment: 'comment' };
/** Before this (epoch ms 1973), a timestamp is in seconds: the wire facts do not tell its unit. */
const SECONDS_BELOW = 100_000_000_000;

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '');

/** `live_…` under any of the names that the message's type has been seen under; the lists of a body may also stand under it. */
const typeOf = (message: Record<string, unknown>): string =>
  text(message.messageType ?? message.message_type ?? message.msg_type ?? message.type);

function messageOf(message: Record<string, unknown>, kind: PluginMessage['kind']): PluginMessage | null {
  const messageId = text(message.msg_id ?? message.msgId);
  const stamp = Number(text(message.timestamp));
  if (messageId === '' || !Number.isSafeInteger(stamp) || stamp <= 0) return null;
  return {
    messageId,
    kind,
    // `sec_open_id` here, `sec_openid` in the live play's pushes
    viewer: text(message.sec_open_id ?? message.sec_openid),
    at: stamp < SECONDS_BELOW ? stamp * 1000 : stamp,
    ...(kind === 'comment' ? { text: text(message.content) } : {}),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a body `{roomId, accountId?, messages: […]}`; null when it is none. Ids may be numbers or texts. Each `msg_id` counts once per kind. */
export function pluginDelivery(body: unknown): PluginDelivery | null {
  if (!isRecord(body) || !Array.isArray(body.messages)) return null;
  const roomId = text(body.roomId ?? body.room_id);
  if (roomId === '') return null;
  const delivery: PluginDelivery = {
    roomId,
    accountId: text(body.accountId ?? body.account_id) || null,
    messages: [],
    ignored: {},
    broken: [],
    duplicates: 0,
  };
  const seen = new Set<string>();
  for (const [place, raw] of (body.messages as unknown[]).entries()) {
    const type = isRecord(raw) ? typeOf(raw) : '';
    const kind = KEPT[type];
    const message = isRecord(raw) && kind ? messageOf(raw, kind) : null;
    if (message) {
      const id = `${message.kind} ${message.messageId}`;
      if (seen.has(id)) delivery.duplicates++;
      else delivery.messages.push(message);
      seen.add(id);
    } else if (kind || !/^live_\w{1,40}$/.test(type)) delivery.broken.push(place + 1);
    else delivery.ignored[type] = (delivery.ignored[type] ?? 0) + 1;
  }
  return delivery;
}
