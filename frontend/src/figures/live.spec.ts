import type { LiveBoard, LiveMinute, LiveRoom } from '@app/contracts';
import { createEventParser } from '@/api/event-parser';
import { byProvince, changed, freshnessAt, opened, totalsAt, type LiveState } from './live';

const room = (key: string, more: Partial<LiveRoom> = {}): LiveRoom =>
  ({
    key,
    name: key,
    freshness: 'fresh',
    staleAt: 1_000,
    concurrent: 10,
    peakConcurrent: 10,
    recentEntries: null,
    provinceCode: null,
    place: null,
    ...more,
  }) as LiveRoom;
const board = (rooms: LiveRoom[], at = 0): LiveBoard => ({
  at,
  zone: 'Asia/Shanghai',
  staleAfterMs: 180_000,
  rooms,
  nextDay: [room('n', { freshness: 'next-day' })],
  nextDayTotal: 1,
  totals: totalsAt(rooms, 1, at),
});
const minute = (key: string, at: number, concurrent: number) => ({ key, sessionId: 's', minute: at, concurrent }) as LiveMinute;
const heard = (state: LiveState, key: string) =>
  [...(state.minutes.get(key)?.values() ?? [])].map(({ minute: at, concurrent }) => [at, concurrent]);
const start = () => opened(null, { board: board([room('a'), room('b')]), resumed: false, minutes: [] });

describe('what a page knows of rooms', () => {
  it('a room ages by the clock, without any event, and is then in no sum', () => {
    expect([freshnessAt(room('a'), 999), freshnessAt(room('a'), 1_000)]).toEqual(['fresh', 'stale']);
    expect(totalsAt([room('a'), room('b', { staleAt: 500 })], 3, 700)).toEqual({
      fresh: 1,
      stale: 1,
      nextDay: 3,
      concurrent: 10,
      recentEntries: null,
    });
  });
  it('nothing known is null in a sum, never 0', () => expect(totalsAt([room('a', { concurrent: null })], 0, 0).concurrent).toBeNull());
  it('a minute that comes again replaces itself', () => {
    const change = { at: 1, rooms: [], gone: [], totals: start().board.totals };
    let state = changed(start(), { ...change, minutes: [minute('a', 0, 5), minute('a', 60, 6)] });
    state = changed(state, { ...change, minutes: [minute('a', 60, 7)] });
    expect(heard(state, 'a')).toEqual([
      [0, 5],
      [60, 7],
    ]);
  });
  it('a resumed line keeps what was heard and adds what was missed; another begins anew', () => {
    const before = changed(start(), { at: 1, rooms: [], gone: [], totals: start().board.totals, minutes: [minute('a', 0, 5)] });
    const opening = { board: board([room('a')], 5), minutes: [minute('a', 60, 6)] };
    const resumed = opened(before, { ...opening, resumed: true });
    expect(heard(resumed, 'a')).toEqual([
      [0, 5],
      [60, 6],
    ]);
    expect(resumed.ticker.map(({ kind, key }) => [kind, key])).toEqual([['left', 'b']]);
    expect(heard(opened(before, { ...opening, resumed: false }), 'a')).toEqual([[60, 6]]);
  });
  it('tells what is worth a line, the newest first: came, left, silent, back, more than ever', () => {
    const { totals } = start().board;
    let state = changed(start(), { at: 1, minutes: [], gone: ['b'], rooms: [room('c'), room('a', { freshness: 'stale' })], totals });
    expect(state.ticker.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['left b', 'started c', 'silent a']);
    state = changed(state, { at: 2, minutes: [], gone: [], rooms: [room('a'), room('c', { peakConcurrent: 12 })], totals });
    expect(state.ticker.slice(0, 2).map(({ kind, key }) => `${kind} ${key}`)).toEqual(['back a', 'peak c']);
    expect(changed(state, { at: 3, minutes: [], gone: [], rooms: [room('c', { peakConcurrent: 13 })], totals }).ticker).toHaveLength(5);
  });
  it('a room that goes live is no next-day room any more', () => {
    const state = changed(start(), { at: 1, minutes: [], gone: [], rooms: [room('n')], totals: start().board.totals });
    expect(state.board.nextDay).toEqual([]);
  });
  it('provinces: those with most people first, what has no place last', () => {
    const rooms = [
      room('a', { provinceCode: '330000', place: '浙江省 杭州市' }),
      room('b', { concurrent: null }),
      room('c', { provinceCode: '440000', place: '广东省', concurrent: 30 }),
    ];
    expect(byProvince(rooms, 0).map(({ code, place, concurrent }) => [code, place, concurrent])).toEqual([
      ['440000', '广东省', 30],
      ['330000', '浙江省', 10],
      [null, null, null],
    ]);
  });
});

describe('events of a stream', () => {
  const text = 'retry: 2000\n\n: beat\n\nevent: change\nid: x.1\ndata: {"a":1}\n\nevent: end\ndata: one\ndata: two\n\n';
  it('are the same wherever the stream is cut', () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const parse = createEventParser();
      expect([...parse(text.slice(0, cut)), ...parse(text.slice(cut))]).toEqual([
        { event: 'change', id: 'x.1', data: '{"a":1}' },
        { event: 'end', id: null, data: 'one\ntwo' },
      ]);
    }
  });
});
