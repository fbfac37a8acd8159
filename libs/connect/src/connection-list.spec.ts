import { connectionOf, pastedCode, type GrantFacts } from './index';

const NOW = Date.parse('2026-11-22T04:00:00Z');
const DAY = 86_400_000;
const at = { now: NOW, zone: 'Asia/Shanghai', clockAheadMs: null };
const ALL = [
  'user_info',
  'video.list.bind',
  'data.external.user',
  'data.external.item',
  'live.room.base',
  'live.room.audience',
  'live.room.interactive',
  'renew_refresh_token',
];
const grant: GrantFacts = {
  product: 'douyin-open',
  principalId: 'o',
  accounts: ['a1'],
  scopes: ALL,
  hasRefreshToken: true,
  accessExpiresAt: NOW + 15 * DAY - 1,
  refreshExpiresAt: NOW + 30 * DAY,
  renewals: 0,
  revokedAt: null,
  revokedCode: null,
  termsAcknowledgedAt: NOW,
  termsAcknowledgedBy: 'li',
};

describe('how a connection stands', () => {
  it('a whole one asks for nothing; days that are left are whole days', () => {
    expect(connectionOf(grant, at)).toMatchObject({
      state: 'active',
      accessDaysLeft: 14,
      refreshDaysLeft: 30,
      renewalsLeft: 5,
      authoriseBy: null,
      todo: [],
    });
  });

  it('when no renewal is left the owner must authorise by the day on which the refresh token ends', () => {
    const last = connectionOf({ ...grant, renewals: 5 }, at);
    expect(last).toMatchObject({ state: 'active', renewalsLeft: 0, authoriseBy: '2026-12-22' });
    expect(last.todo[0].en).toContain('by 2026-12-22');
    expect(connectionOf({ ...grant, renewals: 6, refreshExpiresAt: NOW + 13 * DAY }, at)).toMatchObject({
      state: 'ending',
      renewalsLeft: 0,
    });
    expect(connectionOf({ ...grant, renewals: 4, refreshExpiresAt: NOW + 13 * DAY }, at)).toMatchObject({ state: 'active', todo: [] });
  });

  it('tokens without a refresh token end with the access token; a Channels app ends never', () => {
    const bare = { ...grant, hasRefreshToken: false, refreshExpiresAt: null, accessExpiresAt: NOW + DAY };
    expect(connectionOf(bare, at)).toMatchObject({ state: 'ending', authoriseBy: '2026-11-23' });
    expect(connectionOf({ ...bare, accessExpiresAt: NOW }, at)).toMatchObject({ state: 'expired' });
    expect(connectionOf({ ...bare, product: 'channels-app', scopes: [], accessExpiresAt: NOW - 1 }, at)).toMatchObject({ state: 'active' });
  });

  it('missing permissions are named with what they serve, unless the platform never said what was granted', () => {
    const scopes = ALL.filter((scope) => scope !== 'live.room.base');
    expect(connectionOf({ ...grant, scopes }, at)).toMatchObject({
      state: 'incomplete',
      missingScopes: [{ scope: 'live.room.base', serves: ['sessions'] }],
    });
    expect(connectionOf({ ...grant, scopes: [] }, at)).toMatchObject({ state: 'active', missingScopes: [] });
  });

  it('a revoked one says so before everything else', () => {
    const revoked = connectionOf({ ...grant, revokedAt: NOW - DAY, revokedCode: '28001045', renewals: 5 }, at);
    expect(revoked).toMatchObject({ state: 'revoked', revokedAt: '2026-11-21T04:00:00.000Z', revokedCode: '28001045' });
    expect(revoked.todo[0].zh).toContain('vitrine connect douyin-open --account a1');
  });

  it('a clock that is off by a day is something to do; by a minute it is not', () => {
    expect(connectionOf(grant, { ...at, clockAheadMs: -DAY }).todo[0].en).toContain('1440 minutes behind');
    expect(connectionOf(grant, { ...at, clockAheadMs: 60_000 })).toMatchObject({ clockAheadSeconds: 60, todo: [] });
  });
});

describe('what an owner pastes', () => {
  it.each([
    ['douyin-open', 'https://brand.example/cb?code=C1&state=S.1&scopes=user_info#x', 'C1', 'S.1'],
    ['oceanengine', 'https://brand.example/cb?state=S&auth_code=A%2B1', 'A+1', 'S'],
    ['tencent-ads', 'authorization_code=T&state=S', 'T', 'S'],
    ['kuaishou-open', '  K-1\n', 'K-1', null],
  ] as const)('%s: %s', (product, pasted, code, state) => {
    expect(pastedCode(product, pasted)).toEqual({ code, state });
  });

  it('an address without a code is refused', () => {
    expect(() => pastedCode('douyin-open', 'https://brand.example/cb?error=denied&state=s')).toThrow('no code');
  });
});
