import type { Connection, CoverageRow, HealthAction } from '@app/contracts';
import { accountHealth, summaryOf, type AccountFacts } from './account-health';
import type { StreamRow } from './evidence.reader';

const NOW = Date.parse('2026-11-02T08:00:00Z');
const DAY = 86_400_000;
const account = { accountKey: '1', platform: 'douyin' as const, accountId: 'a1', name: 'One' };
const connection = (more: Partial<Connection> = {}): Connection => ({
  product: 'douyin-open',
  principalId: 'p',
  accounts: ['a1'],
  state: 'active',
  accessDaysLeft: 10,
  refreshDaysLeft: 20,
  renewalsLeft: 5,
  authoriseBy: null,
  missingScopes: [],
  revokedAt: null,
  revokedCode: null,
  termsAcknowledgedAt: null,
  termsAcknowledgedBy: null,
  clockAheadSeconds: null,
  todo: [],
  ...more,
});
const stream = (errorClass: StreamRow['errorClass'], code: string): StreamRow => ({
  product: 'douyin-open',
  accountId: 'a1',
  kind: 'videos',
  lastTryAt: NOW,
  lastSuccessAt: null,
  failures: 3,
  errorClass,
  code,
  nextTryAt: null,
});
const facts = (more: Partial<AccountFacts> = {}): AccountFacts => ({
  account,
  rows: [],
  connections: [connection()],
  streams: [],
  grantedAt: new Map([['douyin-open', NOW - 30 * DAY]]),
  followers: 5_000,
  openDeadLetters: 0,
  ...more,
});
const actionsOf = (more: Partial<AccountFacts>): HealthAction[] => accountHealth(facts(more), NOW).todo.map(({ action }) => action);

describe('health of an account', () => {
  it('asks nothing of anybody when nothing is wrong', () => {
    expect(accountHealth(facts(), NOW)).toMatchObject({ state: 'done', todo: [] });
  });

  it.each([
    ['retry', 'http 503', 'wait-for-platform', 'wait'],
    ['retry', 'not json', 'wait-for-platform', 'wait'],
    ['wait-for-reset', '28003017', 'wait-for-quota', 'wait'],
    ['needs-user', '28001045', 'authorise-again', 'user'],
    ['needs-user', '28001012', 'give-permission', 'user'],
    ['needs-user', '28001016', 'check-app', 'user'],
    ['never', 'cursor stands still', 'read-log', 'user'],
    ['internal', 'TypeError', 'read-log', 'user'],
  ] as const)('of a failure %s %s says %s and is %s', (errorClass, code, action, state) => {
    expect(accountHealth(facts({ streams: [stream(errorClass, code)] }), NOW)).toMatchObject({ state, todo: [{ action }] });
  });

  it('of numbers that came as something else says so, though the reading succeeded, and a failure says more', () => {
    const unreadable = { endpoint: '/room/data/base/get/', found: 'object' as const, count: 2 };
    const read = { ...stream(null, ''), failures: 0, unreadable };
    const { state, todo } = accountHealth(facts({ streams: [read] }), NOW);
    expect([state, todo.map(({ action, text }) => [action, text.en])]).toEqual([
      'user',
      [['read-log', expect.stringContaining('2 numbers of /room/data/base/get/ cannot be read (an object)')]],
    ]);
    expect(actionsOf({ streams: [{ ...read, ...stream('needs-user', '28001045') }] })).toEqual(['authorise-again']);
  });

  it('says one thing once, in the words of the connection, and what is most urgent first', () => {
    const text = { zh: '重新授权', en: 'authorise' };
    const scope = { zh: '开通', en: 'switch on' };
    const ended = connection({ state: 'revoked', missingScopes: [{ scope: 'x', serves: [] }], todo: [text, scope] });
    const { todo } = accountHealth(
      facts({ connections: [ended], streams: [stream('retry', 'http 503'), stream('needs-user', '28001045')] }),
      NOW,
    );
    expect(todo.map(({ action, text: said }) => [action, said.en])).toEqual([
      ['authorise-again', 'authorise'],
      ['give-permission', 'switch on'],
      ['wait-for-platform', expect.any(String)],
    ]);
  });

  it('tells limits of few fans and of the first days, which hold nothing up for long', () => {
    const textOf = (followers: number | null): string | undefined => accountHealth(facts({ followers }), NOW).todo[0]?.text.en;
    expect([textOf(1_000), textOf(null)]).toEqual([undefined, undefined]);
    expect(textOf(999)).toContain('1,000');
    expect(textOf(101)).toContain('1,000');
    expect(textOf(100)).toContain('100 fans');
    expect(accountHealth(facts({ followers: 10 }), NOW).state).toBe('done');
    expect(actionsOf({ grantedAt: new Map([['douyin-open', NOW - DAY]]) })).toEqual(['wait-for-first-days']);
    expect(actionsOf({ grantedAt: new Map([['douyin-open', NOW - 2 * DAY]]) })).toEqual([]);
  });

  it('counts the expected days at the end that have not come as lag', () => {
    const gap = (from: string, to: string, days: number) => ({
      ...account,
      kind: 'videos' as const,
      from,
      to,
      days,
      reason: 'not-tried' as const,
      code: null,
      product: null,
    });
    const row = (gaps: CoverageRow['gaps'], expectedDays = 10): CoverageRow => ({
      ...account,
      kind: 'videos',
      from: '2026-10-20',
      to: '2026-10-30',
      expectedDays,
      receivedDays: 0,
      coverage: 0.5,
      reason: null,
      gaps,
    });
    const lagOf = (one: CoverageRow) =>
      accountHealth(facts({ rows: [one], streams: [stream('retry', 'http 503')] }), NOW).streams[0]?.lagDays;
    expect(lagOf(row([]))).toBe(0);
    expect(lagOf(row([gap('2026-10-21', '2026-10-23', 2)]))).toBe(0);
    expect(lagOf(row([gap('2026-10-21', '2026-10-23', 2), gap('2026-10-26', '2026-10-28', 2), gap('2026-10-28', '2026-10-30', 2)]))).toBe(
      4,
    );
    expect(lagOf(row([], 0))).toBeNull();
  });

  it('is summed up by what there is to do, what needs somebody first', () => {
    const one = accountHealth(facts({ streams: [stream('retry', 'http 503')] }), NOW);
    const two = accountHealth(facts({ account: { ...account, accountId: 'a2' }, openDeadLetters: 2 }), NOW);
    const files = accountHealth(facts({ account: { ...account, accountId: 'a3' }, connections: [] }), NOW);
    const summary = summaryOf([one, two, files], { from: '2026-10-03', to: '2026-11-02' });
    expect(summary).toMatchObject({ accounts: 3, complete: 2, openDeadLetters: 2, byState: { user: 1, wait: 1, done: 0, files: 1 } });
    expect(summary.todo.map(({ action, accounts, examples }) => [action, accounts, examples])).toEqual([
      ['look-at-dead-letters', 1, ['douyin/a2']],
      ['wait-for-platform', 1, ['douyin/a1']],
      ['connect-or-import', 1, ['douyin/a3']],
    ]);
  });
});
