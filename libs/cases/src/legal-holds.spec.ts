import { SYSTEM_ACTOR, type Actor } from '@app/contracts';
import { heldAnew } from './legal-holds';

const ACCOUNT = { platform: 'douyin' as const, accountId: 'a1' };
const ANN: Actor = { kind: 'user', id: 'ann', name: 'Ann' };
const hold = (holdId: string, [from, to]: [number, number], more: object = {}) => ({
  ...{ holdId, ...ACCOUNT, from: new Date(from).toISOString(), to: new Date(to).toISOString() },
  ...{ placedBy: SYSTEM_ACTOR, releasedAt: null, releasedBy: null },
  ...more,
});

describe('what a case holds', () => {
  it('all of its span: a wider hold takes the place of a narrower one, a covering one stays', () => {
    const span = { from: 10, to: 20 };
    expect(heldAnew([], ACCOUNT, span)).toEqual({ place: true, end: [] });
    expect(heldAnew([hold('1', [10, 20])], ACCOUNT, span)).toEqual({ place: false, end: [] });
    expect(heldAnew([hold('1', [10, 19])], ACCOUNT, span)).toEqual({ place: true, end: ['1'] });
    expect(heldAnew([hold('1', [10, 20])], { ...ACCOUNT, accountId: 'a2' }, span)).toEqual({ place: true, end: [] });
  });

  it('what a person released stays released, what a person placed is left alone', () => {
    const span = { from: 10, to: 20 };
    const gone = { releasedAt: new Date(5).toISOString() };
    expect(heldAnew([hold('1', [10, 15], { ...gone, releasedBy: ANN })], ACCOUNT, span)).toEqual({ place: false, end: [] });
    expect(heldAnew([hold('1', [10, 15], { ...gone, releasedBy: SYSTEM_ACTOR })], ACCOUNT, span)).toEqual({ place: true, end: [] });
    expect(heldAnew([hold('1', [10, 15], { placedBy: ANN })], ACCOUNT, span)).toEqual({ place: true, end: [] });
  });
});
