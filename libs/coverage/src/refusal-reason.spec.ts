import { refusalReason } from './refusal-reason';

describe('the reason of a refusal', () => {
  it.each([
    ['douyin-open', 'retry', 'http 503', 'platform-down'],
    ['douyin-open', 'retry', 'circuit open', 'platform-down'],
    ['douyin-open', 'retry', '28001005', 'platform-down'],
    ['douyin-open', 'wait-for-reset', '28003017', 'quota'],
    ['kuaishou-open', 'retry', '100100402', 'quota'],
    ['channels-app', 'wait-for-reset', '45009', 'quota'],
    ['magnetic', 'wait-for-reset', '77', 'quota'],
    ['douyin-open', 'needs-user', '28001045', 'revoked'],
    ['douyin-open', 'needs-user', 'unauthorize', 'revoked'],
    ['kuaishou-open', 'needs-user', '100200108', 'revoked'],
    ['douyin-open', 'needs-user', '28001012', 'no-permission'],
    ['channels-app', 'needs-user', '48001', 'no-permission'],
    ['douyin-open', 'needs-user', '28001016', 'app-refused'],
    ['kuaishou-open', 'needs-user', '100200101', 'app-refused'],
    ['channels-app', 'needs-user', '48004', 'app-refused'],
    ['channels-app', 'needs-user', '61004', 'address-refused'],
    ['douyin-open', 'never', 'cursor stands still', 'list-broken'],
    ['douyin-open', 'never', 'no such call', 'never-served'],
    ['douyin-open', 'never', '28001007', 'unknown'],
    ['douyin-open', 'internal', 'TypeError', 'unknown'],
  ] as const)('of %s, %s, %s is %s', (product, errorClass, code, reason) => {
    expect(refusalReason({ product, errorClass, code })).toBe(reason);
  });
});
