import { BrandState, DEFAULT_POLICY, RateCard } from '@app/contracts';
import { cardNames, stateVersions } from './state-versions';

const MONTH = '2026-09';
const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);
const card = (more: Partial<RateCard>): RateCard => ({
  platform: 'douyin',
  line: 'like',
  unitPriceCny: '0.1',
  discount: '1',
  validFrom: '2026-01-01',
  validTo: null,
  version: 1,
  sample: false,
  sourceNote: null,
  ...more,
});
const state: BrandState = {
  brand: { brandId: 1, code: 'b', name: 'B', zone: 'Asia/Shanghai' },
  policies: [DEFAULT_POLICY],
  accounts: [{ accountKey: '11', platform: 'douyin', accountId: 'a', name: 'A', handle: null, undeclared: false }],
  ownerships: [{ accountKey: '11', dealerId: 'd', ownerKind: 'dealer', declaredTier: null, from: at('2026-01-01'), to: null }],
  placements: [
    { dealerId: 'd', name: 'D', adcode: '310101', salesRegion: null, group: null, status: 'open', from: at('2026-01-01'), to: null },
  ],
  rateCards: [card({})],
  costs: [],
  declarations: [],
  sentinelKeys: ['0'],
  grantedFrom: {},
};
const changed = (more: Partial<BrandState>): string[] => {
  const [before, after] = [stateVersions(state, MONTH), stateVersions({ ...state, ...more }, MONTH)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((part) => before[part] !== after[part]);
};

describe('what decides a month beside facts', () => {
  it('does not change with names, numbers of versions, keys of a store, or what begins after the month', () => {
    expect(changed({ accounts: [{ ...state.accounts[0], name: 'Renamed' }] })).toEqual([]);
    expect(changed({ placements: [{ ...state.placements[0], name: 'Renamed' }] })).toEqual([]);
    expect(changed({ policies: [{ ...DEFAULT_POLICY, version: 9 }], rateCards: [card({ version: 4, sourceNote: 'mail' })] })).toEqual([]);
    expect(
      changed({
        brand: { ...state.brand, brandId: 9 },
        accounts: [{ ...state.accounts[0], accountKey: '99' }],
        ownerships: [{ ...state.ownerships[0], accountKey: '99' }],
      }),
    ).toEqual([]);
    expect(
      changed({
        ownerships: [
          { ...state.ownerships[0], to: at('2026-10-01') },
          { ...state.ownerships[0], dealerId: 'e', from: at('2026-10-01') },
        ],
        rateCards: [card({ validTo: '2026-10-31' }), card({ validFrom: '2026-11-01', unitPriceCny: '5' })],
        costs: [{ costId: 'c', accountKey: null, dealerId: 'd', day: '2026-10-01', kind: 'host', amountCny: '1' }],
        policies: [DEFAULT_POLICY, { ...DEFAULT_POLICY, version: 2, fromMonth: '2026-10', minVisits: 2 }],
      }),
    ).toEqual([]);
  });

  it('names the part that changed', () => {
    expect(changed({ rateCards: [card({ unitPriceCny: '0.2' })] })).toEqual(['rateCards']);
    expect(changed({ rateCards: [card({ validTo: '2026-09-29' })] })).toEqual(['rateCards']);
    expect(changed({ policies: [{ ...DEFAULT_POLICY, minVisits: 3 }] })).toEqual(['policy']);
    expect(changed({ ownerships: [{ ...state.ownerships[0], to: at('2026-09-30') }] })).toEqual(['ownerships']);
    expect(
      changed({ costs: [{ costId: 'c', accountKey: '11', dealerId: null, day: '2026-09-30', kind: 'host', amountCny: '1' }] }),
    ).toEqual(['costs']);
    expect(changed({ sentinelKeys: ['0', '5'] })).toEqual(['sentinels']);
  });

  it('units that cases exclude count up to the end of the month, entries as long as what began in it may go on; without the number that a store gave', () => {
    const exclusion = {
      exclusionId: '7',
      caseId: 'C1',
      kind: 'entries' as const,
      accountKey: '11',
      rows: 3,
      fromDay: '2026-09-30',
      toDay: '2026-10-02',
    };
    const listed = (more: object) => changed({ exclusions: [{ ...exclusion, ...more }] });
    expect(listed({ fromDay: '2026-10-01' })).toEqual(['exclusions']);
    expect(listed({ fromDay: '2026-12-02', toDay: '2026-12-02' })).toEqual([]);
    expect(listed({ kind: 'units', fromDay: '2026-10-01' })).toEqual([]);
    expect(listed({ kind: 'units' })).toEqual(['exclusions']);
    expect(changed({ exclusions: [exclusion] })).toEqual(['exclusions']);
    const versions = (more: Partial<typeof exclusion>[]) =>
      stateVersions({ ...state, exclusions: more.map((one) => ({ ...exclusion, ...one })) }, MONTH).exclusions;
    expect(versions([{}, { caseId: 'C2', fromDay: '2026-12-02', toDay: '2026-12-02' }])).toBe(versions([{ exclusionId: '8' }]));
    expect(versions([{ rows: 4 }])).not.toBe(versions([{}]));
  });

  it('a part of the state that is not known here is taken whole', () => {
    expect(changed({ viewerKeyChanges: [at('2026-12-01')] })).toEqual(['viewerKeyChanges']);
  });

  it('names the rate cards of the month and the year that tiers look at', () => {
    const cards = [
      card({ validTo: '2025-09-30' }),
      card({ validFrom: '2025-10-01', validTo: '2026-09-30', version: 2 }),
      card({ validFrom: '2026-10-01' }),
    ];
    expect(cardNames({ ...state, rateCards: cards }, MONTH)).toEqual(['douyin/like/2025-10-01#2']);
  });
});
