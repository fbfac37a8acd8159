import type { BrandState } from '@app/contracts';
import { declaredSpans } from './declared-spans';
import { judgedFromOf } from './scan-scope';

const DAY = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);
const zone = 'Asia/Shanghai';

describe('from when a window is judged', () => {
  it('with a month of facts before it: from the Monday on or before its beginning', () => {
    const window = { from: at('2026-10-01'), to: at('2026-11-01') };
    expect(judgedFromOf({ window, historyFrom: at('2026-08-02'), zone, first: at('2026-01-01') })).toBe(at('2026-09-28'));
  });

  it('without facts before it: what comes first is the history', () => {
    const window = { from: at('2026-08-03'), to: at('2026-11-01') };
    const judged = judgedFromOf({ window, historyFrom: window.from - 60 * DAY, zone, first: window.from });
    expect(judged).toBeGreaterThan(window.from + 52 * DAY);
    expect(judged).toBeLessThanOrEqual(window.from + 60 * DAY);
  });
});

describe('declarations of an account', () => {
  const declaration = (declarationId: string, of: { accountKey?: string; dealerId?: string }, from: number, to: number) => ({
    declarationId,
    kind: 'paid' as const,
    accountKey: of.accountKey ?? null,
    dealerId: of.dealerId ?? null,
    from,
    to,
    viewerKeys: [],
    detail: null,
  });
  const state = {
    accounts: [{ accountKey: '1' }, { accountKey: '2' }],
    ownerships: [
      { accountKey: '1', dealerId: 'a', from: 0, to: 100 },
      { accountKey: '1', dealerId: 'b', from: 100, to: null },
    ],
    declarations: [
      declaration('own', { accountKey: '1' }, 5, 9),
      declaration('of a', { dealerId: 'a' }, 50, 150),
      declaration('of b', { dealerId: 'b' }, 0, 90),
      declaration('brand', {}, 0, 10),
    ],
  } as unknown as BrandState;

  it('are its own, those of its dealer while that owns it, and the brand’s', () => {
    const of = declaredSpans(state);
    expect(of('1').map(({ declarationId, from, to, scope }) => [declarationId, from, to, scope])).toEqual([
      ['brand', 0, 10, 'brand'],
      ['own', 5, 9, 'account'],
      ['of a', 50, 100, 'dealer'],
    ]);
    expect(of('2').map(({ declarationId }) => declarationId)).toEqual(['brand']);
    expect(of('unknown')).toEqual([]);
  });
});
