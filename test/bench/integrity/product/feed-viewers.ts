import { loadViewerKeys } from '@app/database';
import { commentsTable, entriesTable } from '@app/warehouse';
import type { Bench } from '../../warehouse/bench';
import { shapeOf, type StayShape } from '../baselines/flock';
import { DAY, MINUTE, type RoomDealer, type RoomSession, type WorldComment, type WorldEntry } from '../world/viewers';
import type { ViewersWorld } from '../world/viewers-world';
import type { WorldDealer, WorldSession } from '../world/shapes';
import { dayInstant, dayText, instantOf } from './calendar';
import type { FedAccount, Feed } from './feed';
import { feedMinutes, feedSession } from './feed-totals';

/** The words of a platform's export. */
const SOURCES = { recommend: '推荐', follow: '关注', search: '搜索', share: '分享', paid: '付费' } as const;
const NONE = new Int32Array(0);

/** A world of viewers as fed: dealers with the totals that their entries make, and which entries were bought. */
export interface FedViewers {
  dealers: WorldDealer[];
  /** Identities of bought entries: `account key/viewer key/epoch ms`. */
  bought: Set<string>;
  /** Session of each bought entry's account: entries of the session, and how many were bought. */
  sessions: Map<string, { entries: number; bought: number }>;
  shapes: Map<string, StayShape>;
  entries: number;
}

export const entryIdentity = (accountKey: string | bigint, viewerKey: string | bigint, enteredAt: number | string): string =>
  `${accountKey}/${viewerKey}/${enteredAt}`;

export async function feedViewers(
  feed: Feed,
  bench: Bench,
  of: { world: ViewersWorld; progress: (dealers: number) => void },
): Promise<FedViewers> {
  const { world } = of;
  const keys = await loadViewerKeys(bench.dataSource.manager, bench.instance.secret, feed.brandId);
  const fed: FedViewers = { dealers: [], bought: new Set(), sessions: new Map(), shapes: new Map(), entries: 0 };
  for (const declaration of world.declarations) feed.declare(declaration);
  for (const dealer of world.dealers()) {
    const account = feed.account(dealer.dealer, 'douyin', dealer.adcode);
    for (const declaration of dealer.declarations) feed.declare(declaration);
    const hashed = new Map<string, bigint>();
    const keyOf = (viewer: string): bigint => {
      let key = hashed.get(viewer);
      if (key === undefined) hashed.set(viewer, (key = keys.keyOf('douyin', viewer) ?? 0n));
      return key;
    };
    const sessions = totalsOf(dealer);
    for (const session of sessions) {
      await feedSession(feed, account, session);
      await feedMinutes(feed, account, session);
    }
    await feedRows(feed, { account, dealer, keyOf, fed });
    fed.dealers.push({
      dealer: dealer.dealer,
      platform: 'douyin',
      firstDay: dealer.sessions[0]?.day ?? 0,
      sessions: sessions.map((session) => ({ ...session, concurrent: NONE, minuteViews: NONE, minuteComments: NONE })),
      followers: new Float64Array(0),
      honest: dealer.honest,
      declarations: dealer.declarations,
      injection: dealer.injection,
    });
    of.progress(dealer.dealer + 1);
  }
  await feed.finish();
  return fed;
}

interface Rows {
  account: FedAccount;
  dealer: RoomDealer;
  keyOf: (viewer: string) => bigint;
  fed: FedViewers;
}

async function feedRows(feed: Feed, { account, dealer, keyOf, fed }: Rows): Promise<void> {
  const rooms = new Map(dealer.sessions.map((session) => [session.sessionId, session]));
  for (const entry of dealer.entries) {
    const { from, to } = rooms.get(entry.sessionId) as RoomSession;
    const enteredAt = instantOf(entry.at);
    const viewerKey = keyOf(entry.viewer);
    const row = {
      month: Number(
        dayText(Math.floor(entry.at / DAY))
          .slice(0, 7)
          .replace('-', ''),
      ),
      account_key: account.key,
      viewer_key: viewerKey,
      entered_at: enteredAt,
      entry_key: 0n,
      dwell_seconds: entry.dwell,
      session_id: entry.sessionId,
      entry_id: '',
      traffic_source: SOURCES[entry.source],
      adcode: entry.adcode,
      device: '',
      is_new_account: entry.isNewAccount ? 1 : 0,
    };
    await feed.add(entriesTable, row, { source: 'feed', observedAt: instantOf(to) + MINUTE });
    fed.entries++;
    const count = fed.sessions.get(entry.sessionId) ?? { entries: 0, bought: 0 };
    count.entries++;
    if (entry.bought) {
      count.bought++;
      fed.bought.add(entryIdentity(account.key, viewerKey, enteredAt));
    }
    fed.sessions.set(entry.sessionId, count);
    let shape = fed.shapes.get(entry.sessionId);
    if (!shape) fed.shapes.set(entry.sessionId, (shape = shapeOf()));
    shape.add((entry.at - from) / (to - from), entry.dwell ?? 0);
  }
  for (const comment of dealer.comments) {
    const at = instantOf(comment.at);
    const row = {
      account_key: account.key,
      session_id: comment.sessionId,
      viewer_key: keyOf(comment.viewer),
      at,
      comment_key: 0n,
      comment_id: '',
      text: comment.text,
    };
    await feed.add(commentsTable, row, { source: 'feed', observedAt: at + MINUTE });
  }
}

/** The totals that a platform would tell of these entries. What the world does not simulate is NaN: unknown. */
function totalsOf({ dealer, sessions, entries, comments }: RoomDealer): WorldSession[] {
  const byEntry = grouped(entries);
  const byComment = grouped(comments);
  return sessions.map((room) =>
    sessionOf(dealer, room, { entries: byEntry.get(room.sessionId) ?? [], comments: byComment.get(room.sessionId) ?? [] }),
  );
}

function grouped<Row extends { sessionId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.sessionId);
    if (group) group.push(row);
    else groups.set(row.sessionId, [row]);
  }
  return groups;
}

function sessionOf(
  dealer: number,
  room: RoomSession,
  of: { entries: readonly WorldEntry[]; comments: readonly WorldComment[] },
): WorldSession {
  const { entries, comments } = of;
  const minutes = Math.max(1, Math.round((room.to - room.from) / MINUTE));
  const concurrent = new Int32Array(minutes + 1);
  const minuteViews = new Int32Array(minutes);
  const minuteComments = new Int32Array(minutes);
  const minuteAt = (at: number): number => Math.min(minutes - 1, Math.max(0, Math.floor((at - room.from) / MINUTE)));
  let watchSeconds = 0;
  for (const { at, dwell } of entries) {
    minuteViews[minuteAt(at)]++;
    watchSeconds += dwell ?? 0;
    // present at the ends of the minutes that the stay covers
    const first = Math.ceil((at - room.from) / MINUTE) || 1;
    const last = Math.floor((at + (dwell ?? 0) * 1000 - room.from) / MINUTE);
    if (last < first) continue;
    concurrent[Math.min(minutes, first - 1)]++;
    concurrent[Math.min(minutes, last)]--;
  }
  for (let minute = 1; minute < minutes; minute++) concurrent[minute] += concurrent[minute - 1];
  for (const { at } of comments) minuteComments[minuteAt(at)]++;
  const inRoom = concurrent.subarray(0, minutes);
  return {
    dealer,
    sessionId: room.sessionId,
    day: room.day,
    startMinute: Math.round((instantOf(room.from) - dayInstant(room.day)) / MINUTE),
    minutes,
    concurrent: inRoom,
    minuteViews,
    minuteLikes: NONE,
    minuteComments,
    missing: new Set(),
    views: entries.length,
    uniqueViewers: new Set(entries.map(({ viewer }) => viewer)).size,
    peakConcurrent: inRoom.reduce((most, one) => Math.max(most, one), 0),
    averageConcurrent: Math.round(inRoom.reduce((all, one) => all + one, 0) / minutes),
    watchSeconds,
    comments: comments.length,
    commenters: new Set(comments.map(({ viewer }) => viewer)).size,
    likes: NaN,
    shares: NaN,
    follows: NaN,
    gifts: NaN,
    leads: NaN,
    paidViews: NaN,
  };
}
