import { readFile } from 'node:fs/promises';
import { VitrineError } from '@app/contracts';
import type { UsableIngestKey } from '@app/database';
import { accountKey } from '@app/warehouse';
import { importRows } from '../import-rows';
import type { IngestStores, ImportResult } from '../import-request';
import { parseExact } from '../ndjson-reader';
import { PluginDelivery, PluginMessage, pluginDelivery } from './plugin-messages';
import { notInScope } from './signed-errors';

type Counts = Pick<ImportResult, 'read' | 'accepted' | 'replaced' | 'unchanged' | 'rejected' | 'rejects'>;

/** What became of a delivery of the live plugin. */
export interface PluginResult {
  entries: Counts;
  comments: Counts;
  /** Known by their `msg_id` already, here or in an earlier request. */
  duplicates: number;
  /** Kinds that are not kept. */
  ignored: Record<string, number>;
  /** Places (from 1) of messages without id or instant. */
  broken: number[];
}

/** Entries (whose dwell nobody tells) and comments of one room, each message once. Throws `bad_input` for a body that is no delivery. */
export async function takePluginMessages(stores: IngestStores, key: UsableIngestKey, file: string): Promise<PluginResult> {
  const delivery = read(await readFile(file, 'utf8'));
  const accountId = accountOf(delivery, key);
  const fresh = await unknownMessages(stores, key.brandId, accountId, delivery);
  const place = { platform: 'douyin', accountId, sessionId: delivery.roomId };
  const write = (kind: string, rows: object[]) =>
    rows.length === 0 ? Promise.resolve(NONE) : importRows(stores, { kind, brandId: key.brandId, source: 'feed', rows }).then(countsOf);
  const entries = fresh.filter(({ kind }) => kind === 'entry');
  const comments = fresh.filter(({ kind }) => kind === 'comment');
  return {
    entries: await write(
      'entries',
      entries.map(({ viewer, at, messageId }) => ({ ...place, viewer, enteredAt: at, entryId: messageId, observedAt: at })),
    ),
    comments: await write(
      'comments',
      comments.map(({ viewer, at, messageId, text }) => ({ ...place, viewer, at, commentId: messageId, text, observedAt: at })),
    ),
    duplicates: delivery.duplicates + delivery.messages.length - fresh.length,
    ignored: delivery.ignored,
    broken: delivery.broken,
  };
}

const NONE: Counts = { read: 0, accepted: 0, replaced: 0, unchanged: 0, rejected: 0, rejects: [] };
const countsOf = ({ read: rows, accepted, replaced, unchanged, rejected, rejects }: ImportResult): Counts => ({
  read: rows,
  accepted,
  replaced,
  unchanged,
  rejected,
  rejects,
});

function read(body: string): PluginDelivery {
  try {
    const delivery = pluginDelivery(parseExact(body));
    if (delivery) return delivery;
  } catch {
    // falls through: the parser's message would quote the body
  }
  throw new VitrineError(
    'bad_input',
    { zh: '正文不是直播插件消息', en: 'The body is no delivery of plugin messages' },
    { remedy: { zh: '请发送 {"roomId","accountId","messages":[…]}', en: 'Send {"roomId","accountId","messages":[…]}' } },
  );
}

/** The account of the body, or the only one of the key. */
function accountOf({ accountId }: PluginDelivery, { accounts }: UsableIngestKey): string {
  const own = accounts.filter((account) => account.startsWith('douyin/')).map((account) => account.slice('douyin/'.length));
  if (accountId === null && own.length === 1) return own[0];
  if (accountId === null)
    throw new VitrineError(
      'bad_input',
      { zh: '缺少 accountId', en: 'accountId is missing' },
      { remedy: { zh: '请填写抖音账号ID', en: "Give the Douyin account's id" }, details: [{ field: 'accountId', message: 'missing' }] },
    );
  if (accounts.length > 0 && !own.includes(accountId)) throw notInScope('douyin-plugin');
  return accountId;
}

/** Messages whose id no earlier request brought for this room: a message that comes again with another instant is still the same. */
async function unknownMessages(
  stores: IngestStores,
  brandId: number,
  accountId: string,
  delivery: PluginDelivery,
): Promise<PluginMessage[]> {
  const { messages, roomId } = delivery;
  if (messages.length === 0) return [];
  const params = {
    brandId,
    account: accountKey(brandId, 'douyin', accountId),
    session: roomId,
    ids: messages.map(({ messageId }) => messageId),
  };
  const known = async (table: 'entries' | 'comments', column: 'entry_id' | 'comment_id') => {
    const rows = await stores.warehouse.query<{ id: string }>({
      name: `ingest.known_${table}`,
      sql: `SELECT DISTINCT ${column} AS id FROM ${table}
        WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} AND session_id = {session: String} AND ${column} IN {ids: Array(String)}`,
      params,
    });
    return new Set(rows.map(({ id }) => id));
  };
  const [entries, comments] = await Promise.all([known('entries', 'entry_id'), known('comments', 'comment_id')]);
  return messages.filter(({ kind, messageId }) => !(kind === 'entry' ? entries : comments).has(messageId));
}
