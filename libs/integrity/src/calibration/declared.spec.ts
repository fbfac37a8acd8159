import type { DeclarationKind } from '@app/contracts';
import type { DeclaredSpan } from '../detector';
import { explainedBy } from './declared';

const HOUR = 3_600_000;
const span = (kind: DeclarationKind, from: number, to: number, detail = ''): DeclaredSpan => ({
  declarationId: `${kind}-${from}`,
  kind,
  from: from * HOUR,
  to: to * HOUR,
  detail,
  scope: 'account',
});
const at = { from: 10 * HOUR, to: 12 * HOUR };

describe('what declarations explain', () => {
  it('their kind and time: not what lies hours away', () => {
    expect(explainedBy([span('raffle', 11, 11), span('guest', 14, 15)], at)).toMatchObject({ kinds: ['raffle'], outage: false });
    expect(explainedBy([span('guest', 9, 9.75)], at).kinds).toEqual(['guest']); // people stay for half an hour
  });

  it('an outage is missing data, staff explain no figure', () => {
    expect(explainedBy([span('outage', 11, 11.1), span('staff', 0, 99)], at)).toMatchObject({ kinds: [], outage: true });
    expect(explainedBy([span('outage', 9, 9.9)], at).outage).toBe(false);
  });

  it.each([
    ['views: 3000', 3000],
    ['{"views":"1,200"}', 1200],
    ['投放 1.2万 播放', 12_000],
    ['购买 500 人次', 500],
    ['a boost', null],
    ['2026-10-01', null],
  ])('a number of views in %j is %j', (detail, views) => {
    expect(explainedBy([span('paid', 10, 12, detail)], at).statedViews).toBe(views);
  });

  it('a number counts by the share of its time, and overlapping declarations of a kind are one kind', () => {
    const half = explainedBy([span('paid', 11, 13, '1000 views'), span('paid', 10, 11)], at);
    expect(half).toMatchObject({ kinds: ['paid'], statedViews: 500 });
  });
});
