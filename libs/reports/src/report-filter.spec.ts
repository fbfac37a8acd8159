import type { BrandState, ReportQuery } from '@app/contracts';
import { choosesCohort, filterOf, placePrefix } from './report-filter';
import { monthSpan } from './report-period';

const period = monthSpan('2026-10', 'Asia/Shanghai');
const placement = (
  dealerId: string,
  adcode: string,
  salesRegion: string | null,
  group: string | null,
  from = 0,
  to: number | null = null,
) => ({
  ...{ dealerId, adcode, salesRegion, group, from, to, name: dealerId, status: '' },
});
const state = {
  placements: [
    placement('d1', '310101', 'East/Shanghai', 'G'),
    placement('d2', '110101', 'East', null, 0, period.from + 1),
    placement('d2', '440106', 'Eastern', 'G', period.from + 1),
  ],
  ownerships: ['d1', 'd2'].map((dealerId) => ({
    accountKey: `of ${dealerId}`,
    dealerId,
    ownerKind: 'dealer',
    declaredTier: null,
    from: 0,
    to: null,
  })),
} as unknown as BrandState;
const query = (more: Partial<ReportQuery>): ReportQuery => ({ name: 'ranking', level: 'account', basis: 'raw', ...more });
const filter = (more: Partial<ReportQuery>) => filterOf({ state, period, query: query(more), tiers: new Map() });
const chosen = (more: Partial<ReportQuery>) =>
  ['of d1', 'of d2', 'of nobody'].filter((accountKey) => filter(more).chooses({ accountKey, platform: 'douyin', accountId: '1' } as never));

describe('filters of reports', () => {
  it.each([
    ['31', '31'],
    ['3101', '3101'],
    ['310101', '310101'],
    ['310000', '31'],
    ['310100', '3101'],
  ])('the code %s chooses what begins with %s', (code, prefix) => expect(placePrefix(code)).toBe(prefix));

  it.each(['3', '310', '31010', '3101011', '03', 'ab', ''])('"%s" is no code', (code) =>
    expect(() => placePrefix(code)).toThrow(expect.objectContaining({ code: 'bad_input' })),
  );

  it('places, regions and groups are those of the owner at the end of the period', () => {
    expect(chosen({})).toEqual(['of d1', 'of d2', 'of nobody']);
    expect([chosen({ adcode: '31' }), chosen({ adcode: '11' }), chosen({ adcode: '4401' })]).toEqual([['of d1'], [], ['of d2']]);
    expect([chosen({ salesRegion: 'East' }), chosen({ salesRegion: 'East/Shanghai' })]).toEqual([['of d1'], ['of d1']]);
    expect([chosen({ group: 'G' }), chosen({ group: 'G', adcode: '44' }), chosen({ group: 'H' })]).toEqual([
      ['of d1', 'of d2'],
      ['of d2'],
      [],
    ]);
  });

  it('regions are chosen by their own kind; another kind chooses what their figures are made of', () => {
    const own = { level: 'region', regions: 'sales', salesRegion: 'East' } as const;
    expect([
      chosen(own),
      filter(own).shows({ salesRegion: 'East/Shanghai' } as never),
      filter(own).shows({ salesRegion: 'Eastern' } as never),
    ]).toEqual([['of d1', 'of d2', 'of nobody'], true, false]);
    expect(chosen({ level: 'region', regions: 'sales', adcode: '31' })).toEqual(['of d1']);
    expect(chosen({ level: 'region', regions: 'adcode', adcode: '310101' })).toEqual(['of d1']);
  });

  it('a cohort is chosen out of a whole; one account or dealer is none', () => {
    const isCohort = (more: Partial<ReportQuery>) => choosesCohort(query(more));
    expect(
      [{ platform: 'douyin' as const }, { group: 'G' }, { dealerId: 'd1' }, { tier: 'head' as const }, { accountId: 'a' }, {}].map(
        isCohort,
      ),
    ).toEqual([true, true, true, true, false, false]);
    expect(
      [{ platform: 'douyin' as const }, { group: 'G' }, { dealerId: 'd1' }].map((more) => isCohort({ ...more, level: 'dealer' })),
    ).toEqual([false, true, false]);
    expect([{ adcode: '31' }, { salesRegion: 'East' }, { adcode: '310101' }].map((more) => isCohort({ ...more, level: 'region' }))).toEqual(
      [true, false, false],
    );
    expect(isCohort({ level: 'brand', adcode: '31' })).toBe(false);
  });
});
