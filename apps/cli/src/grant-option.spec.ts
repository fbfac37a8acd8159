import { parseGrant } from './grant-option';

const keyOf = (platform: string, accountId: string) => `${platform}:${accountId}`;

describe('rows of the command line', () => {
  it.each([
    ['brand', { kind: 'brand' }],
    ['region=华东/上海', { kind: 'region', path: '华东/上海', from: 0, to: null }],
    ['group=集团 甲', { kind: 'dealer-group', name: '集团 甲' }],
    ['dealer=D=01', { kind: 'dealer', dealerId: 'D=01' }],
    ['account=douyin/00/12', { kind: 'account', accountKey: 'douyin:00/12' }],
  ])('%s is read', (text, grant) => expect(parseGrant(text, keyOf)).toEqual(grant));

  it.each(['', 'all', 'dealer=', 'dealer', 'account=douyin/', 'account=tiktok/1', 'brand=x'])('%j is refused', (text) => {
    expect(() => parseGrant(text, keyOf)).toThrow(/Write rows as/);
  });
});
