import { CASE_STATES } from '@app/contracts';
import { blindCode, neighbourOf, STATE_FILTERS, stateParameter } from './queueRows';

describe('case queue', () => {
  const rows = ['a', 'b', 'c'].map((caseId) => ({ caseId }));
  it('J and K move by one, stay at the ends, and begin at the first', () => {
    expect([
      neighbourOf(rows, 'a', 1),
      neighbourOf(rows, 'c', 1),
      neighbourOf(rows, 'a', -1),
      neighbourOf(rows, null, 1),
      neighbourOf(rows, 'gone', -1),
    ]).toEqual(['b', 'c', 'a', 'a', 'a']);
    expect(neighbourOf([], 'a', 1)).toBeNull();
  });
  it('every state is found by a filter', () => {
    const found = new Set<string>(Object.values(STATE_FILTERS).flat());
    expect(CASE_STATES.filter((state) => !found.has(state))).toEqual([]);
    expect([stateParameter('undecided'), stateParameter('all')]).toEqual(['open,in_review', undefined]);
  });
  it('a blind name is the same for the same subject, another for others, and holds nothing of it', () => {
    const session = (sessionId: string) => ({
      subject: { kind: 'session' as const, platform: 'douyin' as const, accountId: 'acct', sessionId },
    });
    expect(blindCode(session('s1'))).toBe(blindCode(session('s1')));
    expect(blindCode(session('s1'))).not.toBe(blindCode(session('s2')));
    expect(blindCode(session('s1'))).toMatch(/^[0-9A-Z]{5}$/);
  });
});
