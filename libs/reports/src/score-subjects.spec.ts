import { UNASSIGNED, type BrandState, type Ownership } from '@app/contracts';
import { monthSpan } from './report-period';
import { isRanked } from './score-subjects';

const ZONE = 'Asia/Shanghai';
const owned = (accountKey: string, from: string, to: string | null = null): Ownership => ({
  accountKey,
  dealerId: 'D01',
  ownerKind: 'dealer',
  declaredTier: null,
  from: Date.parse(from),
  to: to === null ? null : Date.parse(to),
});

describe('who is ranked in a month', () => {
  const state = {
    ownerships: [
      owned('early', '2026-01-01T00:00:00+08:00'),
      owned('inside', '2026-10-31T00:00:00+08:00'),
      owned('later', '2026-11-01T00:00:00+08:00'),
      owned('handed on', '2026-01-01T00:00:00+08:00', '2026-02-01T00:00:00+08:00'),
    ],
  } as unknown as BrandState;
  const ranked = (month: string, group: string, level: 'account' | 'dealer' = 'account') =>
    isRanked({ level, state, period: monthSpan(month, ZONE) }, group);

  it('an account that is declared from a later month on is undeclared in the months before it, and moves no rank there', () => {
    expect(['early', 'inside', 'later', 'handed on'].map((key) => ranked('2026-10', key))).toEqual([true, true, false, true]);
    expect(ranked('2026-11', 'later')).toBe(true);
  });

  it('what only facts know, and what nobody owns, is never ranked; a dealer always is', () => {
    expect([ranked('2026-10', 'facts only'), ranked('2026-10', UNASSIGNED), ranked('2026-10', UNASSIGNED, 'dealer')]).toEqual([
      false,
      false,
      false,
    ]);
    expect(ranked('2026-10', 'D01', 'dealer')).toBe(true);
  });
});
