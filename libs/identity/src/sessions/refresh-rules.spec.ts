import { GRACE_MS, judgeRefresh, type PresentedToken } from './refresh-rules';

const NOW = 1_000_000;
const token = (more: Partial<PresentedToken> = {}): PresentedToken => ({
  usedAt: null,
  usedFrom: null,
  revokedAt: null,
  idleUntil: NOW + 1,
  endsAt: NOW + 1,
  ...more,
});

describe('refresh tokens', () => {
  it('an unspent one is exchanged', () => expect(judgeRefresh(token(), 'here', NOW)).toBe('rotate'));

  it('two tabs of one browser within seconds are no theft', () => {
    expect(judgeRefresh(token({ usedAt: NOW - GRACE_MS, usedFrom: 'here' }), 'here', NOW)).toBe('repeat');
  });

  it('a spent one that comes later, or from elsewhere, is', () => {
    expect(judgeRefresh(token({ usedAt: NOW - GRACE_MS - 1, usedFrom: 'here' }), 'here', NOW)).toBe('reuse');
    expect(judgeRefresh(token({ usedAt: NOW, usedFrom: 'there' }), 'here', NOW)).toBe('reuse');
  });

  it.each([{ revokedAt: 5 }, { idleUntil: NOW }, { endsAt: NOW }])('%j: the session is over, spent or not', (more) => {
    expect(judgeRefresh(token(more), 'here', NOW)).toBe('over');
    expect(judgeRefresh(token({ ...more, usedAt: 1, usedFrom: 'there' }), 'here', NOW)).toBe('over');
  });
});
