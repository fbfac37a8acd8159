import fc from 'fast-check';
import { DEFAULT_POLICY, addMonths } from '@app/contracts';
import { closedUnder } from './closed-months';
import { judgePolicy, policyItem, type PolicyItem } from './policy-rules';
import { policyOf } from './state-listing';
import type { PolicyRow } from './state-rows';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);
const judge = (more: Partial<PolicyRow> = {}) => judgePolicy({ fromMonth: '2026-10', ...more });
const weights = (...[showroom, value, loyalty, engagement, cadence, growth]: number[]) => ({
  weights: { showroom, value, loyalty, engagement, cadence, growth },
});

describe('a policy', () => {
  it('takes the defaults for what is not given', () => {
    expect(judge()).toEqual({ item: policyItem({ ...DEFAULT_POLICY, fromMonth: '2026-10' }) });
  });

  it.each<[what: string, row: Partial<PolicyRow>, field: string, says: RegExp]>([
    ['no month', { fromMonth: '2026-13' }, 'fromMonth', /2026-10/],
    ['weights of 100.0001', weights(35.0001, 25, 15, 10, 10, 5), 'weights', /100\.0001.*take off 0\.0001/],
    ['weights of 99', weights(35, 25, 15, 10, 10, 4), 'weights', /99.*add 1/],
    ['a negative weight', weights(110, -10, 0, 0, 0, 0), 'weights', /value is -10/],
    ['a visit gap of 0', { visitGapMinutes: 0 }, 'visitGapMinutes', /is 0.*1 to 1440/],
    ['half a visit', { minVisits: 1.5 }, 'minVisits', /is 1\.5/],
    ['a dwell of more than a day', { minVisitDwellSeconds: 86_401 }, 'minVisitDwellSeconds', /86401/],
    ['a coverage above 1', { minCoverage: 1.1 }, 'minCoverage', /1\.1.*0 to 1/],
    ['five decimals', { minCoverage: 0.12345 }, 'minCoverage', /0\.12345/],
    ['equal tier bounds', { headTierCny: '1000000' }, 'headTierCny', /raise headTierCny/],
    [
      'tier bounds that floats cannot tell apart',
      { headTierCny: '99999999999.9999', baseTierCny: '99999999999.9999' },
      'headTierCny',
      /exceed/,
    ],
    ['a bound of 0', { baseTierCny: '0' }, 'baseTierCny', /is 0/],
    ['a bound with five decimals', { headTierCny: '5000000.00001' }, 'headTierCny', /5000000\.00001/],
    ['a source twice', { sourceOrder: ['file', 'file'] }, 'sourceOrder', /file in sourceOrder/],
    ['no source', { sourceOrder: [] }, 'sourceOrder', /at least one/],
    ['an unknown cost kind', { requiredCostKinds: ['lunch' as never] }, 'requiredCostKinds', /lunch/],
    ['a negative price of an arrival', { cpaCny: { douyin: '-1' } }, 'cpaCny', /douyin is -1/],
    ['an absurd price of an arrival', { cpaCny: { kuaishou: '10000.0001' } }, 'cpaCny', /10000/],
  ])('is refused with %s: field, value and what to change', (_, row, field, says) => {
    const judged = judge(row);
    expect(judged).toMatchObject({ refusal: { field } });
    if ('refusal' in judged) expect(judged.refusal.text.en).toMatch(says);
  });

  it('weights are compared as decimals: a third, twice, and the rest make 100', () => {
    expect(judge(weights(33.3333, 33.3333, 33.3334, 0, 0, 0))).toHaveProperty('item');
    expect(judge(weights(0.1, 0.2, 99.7, 0, 0, 0))).toHaveProperty('item');
  });
});

describe('a policy and closed months', () => {
  const stored = (...months: string[]) =>
    new Map(months.map((fromMonth): [string, PolicyItem] => [fromMonth, policyItem({ ...DEFAULT_POLICY, fromMonth })]));

  it('from a closed month on is refused with the first month that is open; what is in force may be given again', () => {
    const current = stored('2026-01');
    const judged = judgePolicy({ fromMonth: '2026-08', minVisits: 5 }, current, ['2026-09', '2026-10']);
    expect(judged).toMatchObject({
      refusal: { field: 'fromMonth', text: { en: expect.stringMatching(/2026-09, 2026-10.*2026-11 or later/) as string } },
    });
    expect(judgePolicy({ fromMonth: '2026-11', minVisits: 5 }, current, ['2026-09', '2026-10'])).toHaveProperty('item');
    expect(judgePolicy({ fromMonth: '2026-01' }, current, ['2026-09'])).toHaveProperty('item');
    expect(judgePolicy({ fromMonth: '2026-01', minVisits: 5 }, current, ['2026-09'])).toHaveProperty('refusal');
  });

  it('is refused exactly when a closed month would come under it', () => {
    const month = fc.integer({ min: 0, max: 11 }).map((at) => addMonths('2026-01', at));
    const several = fc.uniqueArray(month, { maxLength: 5 }).map((months) => months.sort());
    fc.assert(
      fc.property(several, month, several, (others, fresh, closed) => {
        const before = others.map((fromMonth, at) => ({ ...DEFAULT_POLICY, fromMonth, version: at + 1 }));
        const after = [...before.filter(({ fromMonth }) => fromMonth !== fresh), { ...DEFAULT_POLICY, fromMonth: fresh, version: 99 }];
        const ruled = closed.filter((each) => policyOf(after, each).version === 99);
        expect(closedUnder(fresh, others, closed)).toEqual(ruled);
        const judged = judgePolicy({ fromMonth: fresh, minVisits: 9 }, stored(...others), closed);
        expect('refusal' in judged).toBe(ruled.length > 0);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
