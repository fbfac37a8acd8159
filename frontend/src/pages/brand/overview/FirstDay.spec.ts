import type { Overview } from '@app/contracts';
import { mountPage } from '@/testing/mountPage';
import FirstDay from './FirstDay.vue';

const empty = { months: [], dealers: 0, accounts: 0 } as unknown as Overview;
const day = (overview: Partial<Overview>, sampleRates: boolean | null, importer = true) =>
  mountPage(FirstDay, {
    props: { overview: { ...empty, ...overview }, sampleRates },
    reaches: importer ? { 'import.write': 'brand' } : {},
  });

describe('the first day', () => {
  it('has five steps in their order, the next one marked, each done step no link any more', async () => {
    const { wrapper, done } = await day({ dealers: 3 }, null);
    const steps = wrapper.findAll('.first-day li');
    expect(steps.map((step) => [step.classes('done'), step.classes('next'), step.find('a').exists()])).toEqual([
      [true, false, false],
      [false, true, true],
      [false, false, true],
      [false, false, true],
      [false, false, true],
    ]);
    done();
  });
  it('prices of the sample are no price card; with own prices and facts the guide is gone', async () => {
    const known = { dealers: 3, accounts: 5, months: ['2026-10'] };
    const sample = await day(known, true);
    expect(sample.wrapper.findAll('.first-day li').map((step) => step.classes('done'))).toEqual([true, true, false, true, true]);
    sample.done();
    const own = await day(known, false);
    expect(own.wrapper.find('.first-day').exists()).toBe(false);
    own.done();
  });
  it('whoever may not import is not asked to', async () => {
    const { wrapper, done } = await day({}, null, false);
    expect(wrapper.find('.first-day').exists()).toBe(false);
    done();
  });
});
