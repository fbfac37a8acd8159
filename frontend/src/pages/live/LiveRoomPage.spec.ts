import { flushPromises } from '@vue/test-utils';
import { ref } from 'vue';
import { mountPage } from '@/testing/mountPage';
import LiveRoomPage from './LiveRoomPage.vue';

const NOW = Date.parse('2026-11-03T12:00:00Z');
const live = { state: ref<unknown>(null), board: ref<unknown>(null), line: ref('open'), now: ref(NOW), totals: ref(null) };
jest.mock('@/composables/useLive', () => ({ useLive: () => live }));

const room = (newestAt: number | null) => ({
  ...{ key: 'douyin/007', platform: 'douyin', accountId: '007', name: '七号直播间', sessionId: 'S1', title: null, dealerName: null },
  ...{ place: null, provinceCode: null, feed: newestAt === null ? 'none' : 'minutes', newestAt, staleAt: newestAt && newestAt + 180_000 },
  ...{ concurrent: null, lastViews: null, freshness: newestAt === null ? 'next-day' : 'fresh', startedAt: NOW - 3_600_000 },
});
async function shown(endedAt: number | null, newestAt: number | null, board: unknown): Promise<string> {
  live.board.value = board;
  const session = {
    ...{ room: room(newestAt), sessionId: 'S1', startedAt: NOW - 3_600_000, endedAt, zone: 'Asia/Shanghai' },
    ...{ minutes: [], entries: [], markers: [], dwell: [], notes: [] },
  };
  const { wrapper, done } = await mountPage(LiveRoomPage, {
    address: '/live-room/x',
    answers: { 'GET live/rooms/undefined/undefined': session },
    stubs: { MinuteCurve: true, DwellHistogram: true },
  });
  await flushPromises();
  const text = wrapper.find('.state').text();
  done();
  return text;
}

describe('the page of a room says that its broadcast is over', () => {
  it('when it has an end', async () => expect(await shown(NOW - 60_000, NOW - 60_000, { rooms: [] })).toContain('已下播'));
  it('when the board, once it is known, no longer has it', async () =>
    expect(await shown(null, NOW - 60_000, { rooms: [] })).toContain('已下播'));
  it('not while the board is not known yet', async () => expect(await shown(null, NOW - 60_000, null)).not.toContain('已下播'));
  it('not of a room of the next day, of which nothing is known now', async () => {
    const text = await shown(null, null, { rooms: [] });
    expect(text).not.toContain('已下播');
    expect(text).toContain('T+1');
  });
});
