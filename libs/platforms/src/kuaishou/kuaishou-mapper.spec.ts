import list from './fixtures/photo-list.json';
import user from './fixtures/user-info.json';
import { kuaishouCode } from './kuaishou-errors';
import { mapUser, mapVideos, nextCursors } from './kuaishou-mapper';

describe('Kuaishou answers', () => {
  it('seconds and milliseconds are told apart by size, and a missing count is null', () => {
    expect(mapVideos(list)).toMatchObject([
      { videoId: '3xabc', publishedAt: 1_790_000_000_000, plays: 4_521, likes: 12, comments: 3, status: 'public', title: '到店有礼' },
      { videoId: '3xabd', publishedAt: 1_789_990_000_000, status: 'pending' },
      { videoId: '3xabe', plays: null },
    ]);
  });

  it('the next cursor is the oldest video, of equal ones the last', () => {
    expect(nextCursors(mapVideos(list))).toEqual(['3xabe', '3xabd', '3xabc']);
  });

  it('followers are read from text as from a number', () => {
    expect(mapUser(user)).toEqual({ name: '门店直播间', followers: 10_234 });
    expect(mapUser({ result: 1, user_info: {} }).followers).toBeNull();
  });

  it('an answer without result is an error, not an empty list', () => {
    expect(kuaishouCode({})).toBe('no result');
    expect(kuaishouCode({ result: '1' })).toBeNull();
    expect(kuaishouCode({ result: 100200108 })).toBe('100200108');
  });
});
