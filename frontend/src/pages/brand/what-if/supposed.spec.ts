import fc from 'fast-check';
import { readSupposed, supposedPrices, supposing, writePairs } from './supposed';

describe('what is supposed, in the address', () => {
  it('is read back as it was written', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('minVisits', 'weightShowroom', 'headTierCny'), fc.integer({ min: 0, max: 9e6 }).map(String)),
        fc.dictionary(
          fc.constantFrom('douyin/live_view', 'kuaishou/like'),
          fc.integer({ min: 1, max: 999 }).map((cents) => `0.${String(cents).padStart(3, '0')}`),
        ),
        (policy, prices) => {
          const read = readSupposed(writePairs(policy), writePairs(prices));
          expect(read).toEqual({ policy: { ...policy }, prices: { ...prices } });
        },
      ),
    ));
  it('what is no number, no platform and no line is left out', () =>
    expect(readSupposed('minVisits:3,x:<b>,evil', 'douyin/live_view:0.06,nowhere/like:1,douyin/nothing:1')).toEqual({
      policy: { minVisits: '3' },
      prices: { 'douyin/live_view': '0.06' },
    }));
  it('back at what is in force nothing is supposed', () => {
    expect(supposing({ minVisits: '3' }, 'minVisits', '4', '4')).toEqual({});
    expect(supposing({}, 'headTierCny', '5000000', '5000000.00')).toEqual({});
    expect(supposing({ a: '1' }, 'minVisits', '5', '4')).toEqual({ a: '1', minVisits: '5' });
  });
  it('prices go to the api by platform and line', () =>
    expect(supposedPrices({ 'douyin/live_view': '0.06' })).toEqual([{ platform: 'douyin', line: 'live_view', unitPriceCny: '0.06' }]));
});
