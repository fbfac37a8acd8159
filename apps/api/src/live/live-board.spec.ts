import type { BrandState } from '@app/contracts';
import { STALE_AFTER_MS, roomsOf, standingOf, totalsOf } from './live-board';
import { markersOf } from './live-markers';
import { isBefore, placeOf, placeText } from './live-place';
import type { LatestSession, MinuteFeed } from './live.reader';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-22T12:00:00Z');
const session = (more: Partial<LatestSession> = {}): LatestSession => ({
  accountKey: '1',
  sessionId: 's1',
  startedAt: NOW - 40 * MINUTE,
  endedAt: null,
  title: 'T',
  views: null,
  ...more,
});
const feed = (ago: number, more: Partial<MinuteFeed> = {}): MinuteFeed => ({
  accountKey: '1',
  sessionId: 's1',
  firstAt: NOW - 30 * MINUTE,
  newestAt: NOW - ago * MINUTE,
  concurrent: 80,
  concurrentAt: NOW - ago * MINUTE,
  peakConcurrent: 90,
  views: 500,
  likes: null,
  comments: null,
  curve: [[NOW - ago * MINUTE, 80]],
  ...more,
});
const state = {
  brand: { brandId: 1, code: 'b', name: 'B', zone: 'Asia/Shanghai' },
  accounts: [{ accountKey: '1', platform: 'douyin', accountId: 'a1', name: 'A', handle: null, undeclared: false }],
  ownerships: [{ accountKey: '1', dealerId: 'd1', ownerKind: 'dealer', declaredTier: null, from: 0, to: null }],
  placements: [{ dealerId: 'd1', name: 'D', adcode: '330100', salesRegion: '华东', group: null, status: '', from: 0, to: null }],
  declarations: [],
} as unknown as BrandState;

describe('what a room is known to be', () => {
  it.each([
    ['minutes of a moment ago', { minutes: feed(1) }, 'live'],
    ['silence of 29 minutes without a session', { minutes: feed(30) }, 'live'],
    ['silence of 30 minutes and more without a session', { minutes: feed(32) }, 'over'],
    ['silence, but a session that is open', { minutes: feed(50), session: session() }, 'live'],
    ['a session open for more than 24 h', { minutes: feed(50), session: session({ startedAt: NOW - 25 * 60 * MINUTE }) }, 'over'],
    ['an end that was told', { minutes: feed(1), session: session({ endedAt: NOW - MINUTE }) }, 'over'],
    ['minutes after the end that was told', { minutes: feed(1), session: session({ endedAt: NOW - 20 * MINUTE }) }, 'live'],
    ['no feed, although the session is open', { session: session() }, 'next-day'],
  ] as const)('%s: %s', (_, facts, standing) => expect(standingOf(facts, NOW)).toBe(standing));

  it('is fresh until three minutes after the end of its newest minute, then stale, and is then in no sum', () => {
    const at = (now: number) => roomsOf(state, { sessions: [session()], minutes: [feed(1)], entries: [] }, now).live[0].room;
    expect(at(NOW)).toMatchObject({ freshness: 'fresh', staleAt: NOW + STALE_AFTER_MS, provinceCode: '330000', feed: 'minutes' });
    expect(at(NOW + STALE_AFTER_MS - 1).freshness).toBe('fresh');
    expect(at(NOW + STALE_AFTER_MS)).toMatchObject({ freshness: 'stale', concurrent: 80, concurrentAt: NOW - MINUTE });
    expect(totalsOf([at(NOW), at(NOW + STALE_AFTER_MS)], 2)).toEqual({
      fresh: 1,
      stale: 1,
      nextDay: 2,
      concurrent: 80,
      recentEntries: null,
    });
  });
  it('entries alone tell arrivals, and no concurrency', () => {
    const [{ room }] = roomsOf(
      state,
      { sessions: [], minutes: [], entries: [{ accountKey: '1', newestAt: NOW - MINUTE, recent: 7 }] },
      NOW,
    ).live;
    expect(room).toMatchObject({ feed: 'entries', concurrent: null, recentEntries: 7, curve: [], startedAt: null });
  });
  it('a missing minute is a gap in the curve, never 0', () => {
    const [{ room }] = roomsOf(state, { sessions: [], minutes: [feed(1)], entries: [] }, NOW).live;
    expect(room.curve).toEqual([...Array<null>(29).fill(null), 80]);
  });
  it('without a feed: the last broadcast with its business day', () => {
    const { live, nextDay } = roomsOf(state, { sessions: [session({ endedAt: NOW, views: 9 })], minutes: [], entries: [] }, NOW);
    expect([live, nextDay[0].room]).toMatchObject([[], { freshness: 'next-day', lastDay: '2026-11-22', lastViews: 9, concurrent: null }]);
  });
});

describe('markers of a broadcast', () => {
  const declared = (more: object) => ({ declarationId: 'x', viewerKeys: [], detail: null, accountKey: null, dealerId: null, ...more });
  const span = { from: NOW, to: NOW + 60 * MINUTE };

  it('are what was declared for its account, dealer or brand, cut to its time; of nobody else', () => {
    const declarations = [
      declared({ kind: 'paid', from: NOW - MINUTE, to: NOW + 2 * MINUTE, accountKey: '1' }),
      declared({ kind: 'raffle', from: NOW + 5 * MINUTE, to: NOW + 5 * MINUTE, dealerId: 'd1' }),
      declared({ kind: 'event', from: NOW + 59 * MINUTE, to: NOW + 99 * MINUTE }),
      declared({ kind: 'guest', from: NOW, to: NOW + MINUTE, dealerId: 'd2' }),
      declared({ kind: 'guest', from: NOW, to: NOW + MINUTE, accountKey: '2' }),
      declared({ kind: 'staff', from: NOW, to: NOW + MINUTE }),
    ];
    const markers = markersOf({ ...state, declarations } as unknown as BrandState, '1', { ...span, minutes: [] });
    expect(markers.map(({ kind, from, to }) => [kind, (from - NOW) / MINUTE, (to - NOW) / MINUTE])).toEqual([
      ['paid', 0, 2],
      ['raffle', 5, 5],
      ['event', 59, 60],
    ]);
  });
  it('show where no reading came, between readings and before the end', () => {
    const minutes = [0, 1, 2, 10].map((minute) => NOW + minute * MINUTE);
    expect(
      markersOf(state, '1', { ...span, minutes }).map(({ kind, from, to }) => [kind, (from - NOW) / MINUTE, (to - NOW) / MINUTE]),
    ).toEqual([
      ['gap', 3, 10],
      ['gap', 11, 60],
    ]);
  });
});

describe('places in the log', () => {
  it('are texts and come back as they were; anything else is none', () => {
    const place = { horizon: '120', open: ['7', '119'] };
    expect(placeOf(placeText(place)!)).toEqual(place);
    expect(placeOf(placeText({ horizon: '0', open: [] })!)).toEqual({ horizon: '0', open: [] });
    for (const text of ['', 'x', '1-', '-1', '1-x', '1 2']) expect(placeOf(text)).toBeNull();
    expect(placeText({ horizon: '1', open: Array<string>(201).fill('1') })).toBeNull();
  });
  it('lie before another where a delivery began or ended between them', () => {
    const place = (horizon: string, ...open: string[]) => ({ horizon, open });
    expect(isBefore(place('5'), place('6'))).toBe(true);
    expect(isBefore(place('6', '5'), place('6'))).toBe(true);
    expect(isBefore(place('6'), place('6'))).toBe(false);
    expect(isBefore(place('10'), place('9'))).toBe(false);
  });
});
