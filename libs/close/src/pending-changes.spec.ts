import type { FigureChange } from '@app/contracts';
import { ownChanges, pendingChanges } from './pending-changes';

const change = (more: Partial<FigureChange>): FigureChange => ({
  report: 'value',
  level: 'brand',
  regions: null,
  basis: 'adjusted',
  subject: 'brand',
  name: 'brand',
  figure: 'valueCny',
  old: '100',
  new: '120.5',
  difference: '20.5',
  ...more,
});

describe('a pending restatement', () => {
  it('tells figures, accounts and the difference of the value', () => {
    const changes = [
      change({}),
      change({ basis: 'raw', new: '130', difference: '30' }),
      change({ level: 'account', subject: 'douyin/a' }),
      change({ level: 'account', subject: 'douyin/a', figure: 'grossCny' }),
    ];
    expect(pendingChanges(changes, '100')).toEqual({
      figures: 4,
      accounts: 1,
      closedValueCny: '100',
      valueCny: '120.5',
      differenceCny: '20.5',
    });
    expect(pendingChanges([change({ figure: 'costCny' })], '100')).toMatchObject({ valueCny: '100', differenceCny: '0' });
  });

  it('of a value that is unknown, or was, knows no difference', () => {
    expect(pendingChanges([change({ new: null, difference: null })], '100')).toMatchObject({ valueCny: null, differenceCny: null });
    expect(pendingChanges([change({ old: null, difference: null })], null)).toMatchObject({ valueCny: '120.5', differenceCny: null });
    expect(pendingChanges([change({ figure: 'costCny' })], null)).toMatchObject({ valueCny: null, differenceCny: null });
  });

  it('of one’s own rows it tells how many differ, and no value of the brand', () => {
    expect(ownChanges([change({ level: 'dealer', subject: 'D01' }), change({ level: 'account', subject: 'douyin/a' })])).toEqual({
      figures: 2,
      accounts: 1,
      closedValueCny: null,
      valueCny: null,
      differenceCny: null,
    });
  });
});
