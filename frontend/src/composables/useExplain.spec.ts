import { linkTo } from './useExplain';

const asked = { month: '2026-10', basis: 'adjusted' as const };

describe('the question about a figure', () => {
  it.each([
    [{ level: 'account', platform: 'douyin' as const, accountId: '007' }, 'douyin:007'],
    [{ level: 'dealer', dealerId: 'D.03/甲' }, 'D.03/甲'],
    [{ level: 'region', adcode: '330100' }, '330100'],
    [{ level: 'region', salesRegion: '华东/浙江' }, '华东/浙江'],
  ])('of %j is about %s', (row, subject) =>
    expect(linkTo('valueCny', row, asked)).toMatchObject({ figure: 'valueCny', subject, month: '2026-10' }),
  );
  it('of the brand names nobody', () => expect(linkTo('valueCny', { level: 'brand' }, asked)).not.toHaveProperty('subject'));
  it('of what no dealer owns there is none', () => expect(linkTo('valueCny', { level: 'dealer', dealerId: null }, asked)).toBeNull());
  it('says which regions are meant', () => {
    expect(linkTo('valueCny', { level: 'region', adcode: '330100' }, asked)).toMatchObject({ regions: 'adcode' });
    expect(linkTo('valueCny', { level: 'region', salesRegion: '华东' }, asked)).toMatchObject({ regions: 'sales' });
  });
});
