import { BrandState, DEFAULT_POLICY, RateCard } from '@app/contracts';
import { stateFields } from '@app/ingest';
import { policyFields, suppose } from './supposition';

const card = (more: Partial<RateCard>): RateCard => ({
  platform: 'douyin',
  line: 'live_view',
  unitPriceCny: '0.35',
  discount: '0.5',
  validFrom: '2026-01-01',
  validTo: '2026-06-30',
  version: 2,
  sample: false,
  sourceNote: null,
  ...more,
});
const STATE: BrandState = {
  brand: { brandId: 1, code: 'acme', name: 'Acme', zone: 'Asia/Shanghai' },
  policies: [DEFAULT_POLICY, { ...DEFAULT_POLICY, version: 3, fromMonth: '2026-03', minVisits: 5, cpaCny: { douyin: '200' } }],
  accounts: [],
  ownerships: [],
  placements: [],
  rateCards: [
    card({}),
    card({ validFrom: '2026-07-01', validTo: null, unitPriceCny: '0.4', version: 1 }),
    card({ line: 'like', version: 4 }),
  ],
  costs: [],
  declarations: [],
  sentinelKeys: ['0'],
  grantedFrom: {},
};
const QUERY = { level: 'account' as const };
const MONTHS = { first: '2026-02', last: '2026-10' };

describe('a supposed state', () => {
  it('with nothing supposed is the state itself, and knows under which policies rows are kept', () => {
    const { state, policy, prices } = suppose(STATE, QUERY, MONTHS);
    expect(state).toEqual({ ...STATE, keptPolicies: STATE.policies });
    expect([policy, prices]).toEqual([{}, []]);
  });

  it('a policy that is supposed as it stands changes nothing', () => {
    const own = STATE.policies[1];
    const { state } = suppose({ ...STATE, policies: [own] }, { ...QUERY, policy: stateFields('policies', own) }, MONTHS);
    expect(state.policies).toEqual([own]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a field of a field', { weights: { showroom: { of: 40 } } }],
    ['a path beyond a field', { 'weights.showroom.of': 40 }],
    ['depths without end', JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as Record<string, unknown>],
  ])('%s is no field of a policy', (_, given) => {
    expect(() => policyFields(given)).toThrow(expect.objectContaining({ code: 'bad_input' }));
  });

  it('fields are supposed of every version that rules a month of the period, the others stay each as they are', () => {
    const { state } = suppose(STATE, { ...QUERY, policy: { minPeers: 7, 'weights.value': 30, weights: { showroom: 30 } } }, MONTHS);
    expect(
      state.policies.map(({ version, fromMonth, minVisits, minPeers, weights }) => [
        version,
        fromMonth,
        minVisits,
        minPeers,
        weights.value,
      ]),
    ).toEqual([
      [0, '1970-01', 4, 7, 30],
      [3, '2026-03', 5, 7, 30],
    ]);
    expect(STATE.policies[0].minPeers).toBe(DEFAULT_POLICY.minPeers);
    const march = suppose(STATE, { ...QUERY, policy: { headTierCny: '1000001' } }, { first: '2026-03', last: '2026-03' });
    expect(march.state.policies.map(({ headTierCny }) => headTierCny)).toEqual(['5000000', '1000001']);
  });

  it('fields have the names of files, of policies, or dots; what a policy does not have is refused', () => {
    expect(policyFields({ weights: { showroom: 1 }, 'cpaCny.douyin': '3', weightGrowth: 2, version: 9, fromMonth: '2026-01' })).toEqual({
      weightShowroom: 1,
      cpaDouyinCny: '3',
      weightGrowth: 2,
    });
    for (const policy of [{ weight: 1 }, { weights: { style: 1 } }, { constructor: 1 }])
      expect(() => policyFields(policy)).toThrow('A policy has no field');
  });

  it('a price is that of every card of its line, whatever else the card says', () => {
    const { state, prices } = suppose(
      STATE,
      { ...QUERY, prices: [{ platform: 'douyin', line: 'live_view', unitPriceCny: '0.060' }] },
      MONTHS,
    );
    expect(
      state.rateCards.map(({ line, unitPriceCny, discount, validFrom, validTo }) => [line, unitPriceCny, discount, validFrom, validTo]),
    ).toEqual(
      expect.arrayContaining([
        ['live_view', '0.06', '0.5', '2026-01-01', '2026-06-30'],
        ['live_view', '0.06', '0.5', '2026-07-01', null],
        ['like', '0.35', '0.5', '2026-01-01', '2026-06-30'],
      ]),
    );
    expect(prices).toEqual(['douyin/live_view/2026-01-01: 0.06 × 0.5 – 2026-06-30', 'douyin/live_view/2026-07-01: 0.06 × 0.5']);
  });

  it('cards are judged against each other in any order, as an import judges them', () => {
    const row = (more: object) => ({ platform: 'douyin', line: 'live_view', unitPriceCny: '1', discount: '1', ...more });
    const later = row({ validFrom: '2026-09-01' });
    const shorter = row({ validFrom: '2026-07-01', validTo: '2026-08-31' });
    for (const rateCards of [
      [later, shorter],
      [shorter, later],
    ])
      expect(suppose(STATE, { ...QUERY, rateCards }, MONTHS).prices).toHaveLength(2);
    expect(() => suppose(STATE, { ...QUERY, rateCards: [later] }, MONTHS)).toThrow('overlaps the card');
    expect(() => suppose(STATE, { ...QUERY, rateCards: [row({ line: 'live_viewer', validFrom: '2026-02-01' })] }, MONTHS)).toThrow(
      'overlaps',
    );
  });
});
