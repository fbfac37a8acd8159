import { Injectable } from '@nestjs/common';
import { type BrandScope, isSeen, seenBy } from '@app/access';
import { Clock } from '@app/config';
import { type Bilingual, type LiveSession, type Platform, VitrineError } from '@app/contracts';
import { StateReader } from '@app/database';
import { withUndeclared } from '@app/reports';
import { Warehouse } from '@app/warehouse';
import { roomsOf } from './live-board';
import { markersOf } from './live-markers';
import { LiveSessionReader } from './live-session.reader';
import { LiveReader, liveMinute, type KeyedMinute, type LatestSession } from './live.reader';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** One broadcast as it is asked for; without a session the latest. */
export interface SessionAsked {
  brand: string;
  platform: Platform;
  accountId: string;
  sessionId?: string;
}

/** One broadcast minute by minute, live or afterwards. */
@Injectable()
export class LiveSessionService {
  constructor(
    private readonly states: StateReader,
    private readonly warehouse: Warehouse,
    private readonly reader: LiveReader,
    private readonly broadcasts: LiveSessionReader,
    private readonly clock: Clock,
  ) {}

  /** Throws not_found for a broadcast that there is not, or that the asker was not granted from its beginning to its end. */
  async get(scope: BrandScope, asked: SessionAsked): Promise<LiveSession> {
    const now = this.clock.now();
    const brand = await this.states.brand(asked.brand);
    const state = await withUndeclared(this.warehouse, await this.states.state(brand.brandId));
    const account = state.accounts.find(({ platform, accountId }) => platform === asked.platform && accountId === asked.accountId);
    if (!account) throw noBroadcast();
    const { accountKey } = account;
    const ownNow = isSeen(seenBy(scope, state, { from: now, to: now + 1 }).accounts, accountKey);
    if (!ownNow && asked.sessionId === undefined) throw noBroadcast();
    const facts = await this.reader.facts(brand, now, accountKey);
    const own = facts.minutes.find((feed) => feed.accountKey === accountKey);
    const sessionId = asked.sessionId ?? own?.sessionId ?? facts.sessions.find((session) => session.accountKey === accountKey)?.sessionId;
    if (sessionId === undefined) throw noBroadcast();
    const [session, minutes] = await Promise.all([
      this.broadcasts.session(brand.brandId, accountKey, sessionId),
      this.broadcasts.minutesOf(brand.brandId, accountKey, sessionId),
    ]);
    const span = spanOf(session, minutes, now);
    if (!span || !isSeen(seenBy(scope, state, { from: span.from, to: Math.max(span.to, span.from + 1) }).accounts, accountKey))
      throw noBroadcast();
    const [entries, dwell] = await Promise.all([
      this.broadcasts.entriesOf(brand, accountKey, span),
      this.broadcasts.dwellOf(brand, accountKey, span),
    ]);
    const alone = { ...state, accounts: [account] };
    const board = roomsOf(alone, facts, now);
    const present = [...board.live, ...board.nextDay].find(({ room }) => ownNow && room.sessionId === sessionId);
    const ended = { sessions: [session ?? { ...NOTHING, accountKey, sessionId, startedAt: span.from }], minutes: [], entries: [] };
    // a broadcast of before is told with whose it was then, and without what the room does now
    const { room } = present ?? roomsOf(alone, ended, span.from).nextDay[0];
    return {
      room,
      at: now,
      zone: brand.zone,
      sessionId,
      startedAt: span.from,
      endedAt: session?.endedAt ?? null,
      minutes: minutes.map((minute) => liveMinute(room.key, minute)),
      entries,
      dwell,
      markers: markersOf(state, accountKey, { ...span, minutes: minutes.map(({ minute }) => minute) }),
      notes: notesOf(minutes.length, entries.length),
    };
  }
}

/** From its beginning to its end, or as far as is known of it. */
function spanOf(session: LatestSession | null, minutes: KeyedMinute[], now: number): { from: number; to: number } | null {
  const from = session?.startedAt ?? minutes[0]?.minute;
  if (from === undefined) return null;
  const last = minutes.length > 0 ? minutes[minutes.length - 1].minute + MINUTE_MS : Math.min(now, from + DAY_MS);
  return { from, to: session?.endedAt ?? last };
}

/** A session of which nobody has told anything. */
const NOTHING = { endedAt: null, title: '', views: null };

function notesOf(minutes: number, entries: number): Bilingual[] {
  if (minutes > 0) return [];
  if (entries > 0)
    return [
      {
        zh: '没有逐分钟数据：曲线为每分钟进房次数，在线人数未知。',
        en: 'No minutes came: the curve counts entries, concurrency is unknown.',
      },
    ];
  return [{ zh: '没有实时数据来源：平台次日给出本场合计。', en: 'There is no live feed: the platform gives the totals the next day.' }];
}

const noBroadcast = (): VitrineError => new VitrineError('not_found', { zh: '没有该直播场次。', en: 'There is no such broadcast.' });
