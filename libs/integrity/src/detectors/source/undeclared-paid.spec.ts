import { BOUGHT_SOURCES } from '../../facts/source-views.reader';
import { type BoughtTold, paidScale, shareShown, undeclaredShare } from './undeclared-paid';

const told = (change: Partial<BoughtTold>): BoughtTold => ({
  paidViews: 400,
  paidEntriesOfMinutes: null,
  boughtShareOfEntries: null,
  isDeclared: false,
  declaredViews: null,
  hasSpend: false,
  ...change,
});

describe('bought views that nobody declared', () => {
  it('the largest share that any source tells counts', () => {
    expect(undeclaredShare(1000, told({}))).toBeCloseTo(0.4);
    expect(undeclaredShare(1000, told({ boughtShareOfEntries: 0.6, paidEntriesOfMinutes: 100 }))).toBeCloseTo(0.6);
  });

  it('a declared number explains so many and no more', () => {
    expect(undeclaredShare(1000, told({ isDeclared: true, declaredViews: 300 }))).toBeCloseTo(0.1);
    expect(undeclaredShare(1000, told({ isDeclared: true, declaredViews: 395 }))).toBe(0);
  });

  it('a spend on the day, or a declaration without a number, explains all', () => {
    expect(undeclaredShare(1000, told({ hasSpend: true }))).toBe(0);
    expect(undeclaredShare(1000, told({ isDeclared: true }))).toBe(0);
  });

  it('a share that wobbles about what is small is the same share; beyond it what is shown is all of it', () => {
    expect([0, 0.02, 0.03, 0.05].map(paidScale)).toEqual([0, 0, 0, 0]);
    expect(paidScale(0.06)).toBeLessThan(0.2);
    expect(shareShown(paidScale(0.4))).toBeCloseTo(0.4);
    expect(shareShown(0)).toBe(0);
  });

  it('no source that tells is unknown, never 0', () => {
    expect(undeclaredShare(1000, told({ paidViews: null }))).toBeNull();
  });

  it('names of bought sources are known as files write them', () => {
    const bought = new RegExp(BOUGHT_SOURCES.replace('(?i)', ''), 'i');
    for (const name of ['付费', '付费推广', '千川', 'DOU+', 'paid', 'Ads', '广告']) expect([name, bought.test(name)]).toEqual([name, true]);
    for (const name of ['推荐', '关注', 'feed', 'search', '其他', 'loads']) expect([name, bought.test(name)]).toEqual([name, false]);
  });
});
