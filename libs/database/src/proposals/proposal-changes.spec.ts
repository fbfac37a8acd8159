import { DEFAULT_POLICY, type Policy, type ProposedRow, type RateCard } from '@app/contracts';
import { changesOf, conflictsOf, reachOf } from './proposal-changes';
import { baseOf, canonicalItem, type NamedVersion } from './versioned-kinds';

const card = (more: Partial<RateCard> = {}): ProposedRow =>
  canonicalItem('rate-cards', {
    platform: 'douyin',
    line: 'live_view',
    unitPriceCny: '1',
    discount: '1',
    validFrom: '2026-01-01',
    validTo: null,
    sample: false,
    sourceNote: null,
    ...more,
  });
const policy = (fromMonth: string, more: Partial<Policy> = {}): ProposedRow =>
  canonicalItem('policies', { ...DEFAULT_POLICY, fromMonth, ...more });
const version = (name: string, subject: string, item: ProposedRow): NamedVersion => ({ name, subject, item });
const open = version('douyin/live_view/2026-01-01#1', 'douyin/live_view/2026-01-01', card());

describe('what a proposal stands upon', () => {
  it('of a price: the card that it replaces and those that price a day of it, views and viewers alike', () => {
    const other = version('douyin/like/2026-01-01#1', 'douyin/like/2026-01-01', card({ line: 'like' }));
    const viewers = version(
      'douyin/live_viewer/2026-09-01#1',
      'douyin/live_viewer/2026-09-01',
      card({ line: 'live_viewer', validFrom: '2026-09-01' }),
    );
    const names = (row: ProposedRow) => baseOf('rate-cards', row, [open, other, viewers]).map(({ name }) => name);
    expect(names(card({ validTo: '2026-08-31' }))).toEqual([open.name]);
    expect(names(card({ validFrom: '2026-10-01' }))).toEqual([open.name, viewers.name]);
    expect(names(card({ platform: 'kuaishou' }))).toEqual([]);
  });

  it('of a policy: the one that rules its first month', () => {
    const active = [version('#1', '2026-01', policy('2026-01')), version('#4', '2026-06', policy('2026-06'))];
    expect(
      ['2026-06', '2026-10', '2026-05', '2025-12'].map((month) => baseOf('policies', policy(month), active).map(({ name }) => name)),
    ).toEqual([['#4'], ['#4'], ['#1'], []]);
  });
});

describe('what a proposal changes', () => {
  it('is each field that says something else than its base', () => {
    expect(changesOf('rate-cards', [card({ unitPriceCny: '2', validTo: '2026-12-31' })], [open])).toEqual([
      {
        subject: 'douyin/live_view/2026-01-01',
        base: 'douyin/live_view/2026-01-01#1',
        fields: [
          { field: 'unitPriceCny', before: '1', after: '2' },
          { field: 'validTo', before: null, after: '2026-12-31' },
        ],
      },
    ]);
    const ruling = version('#1', '2026-01', policy('2026-01', { minVisits: 3 }));
    expect(changesOf('policies', [policy('2026-10')], [ruling])[0]).toMatchObject({
      subject: '2026-10',
      base: '#1',
      fields: [{ field: 'minVisits', before: 3, after: 4 }],
    });
    // a price that follows another one in one proposal that ends that one
    expect(changesOf('rate-cards', [card({ validFrom: '2026-10-01', unitPriceCny: '2' })], [open])).toMatchObject([
      { subject: 'douyin/live_view/2026-10-01', base: open.name, fields: [{ field: 'unitPriceCny', before: '1', after: '2' }] },
    ]);
    expect(changesOf('rate-cards', [card({ line: 'like' })], [])[0]).toMatchObject({
      base: null,
      fields: [{ before: null }, { before: null }, {}],
    });
  });

  it('a price that others replaced, ended or put in its way is a conflict that says what changed; the same base is none', () => {
    const now = version('douyin/live_view/2026-01-01#2', open.subject, card({ unitPriceCny: '3' }));
    const rows = [card({ validTo: '2026-06-30' })];
    const conflicts = (base: NamedVersion[], active: NamedVersion[]) => conflictsOf({ kind: 'rate-cards', rows, base }, active);
    expect(conflicts([open], [open])).toEqual([]);
    expect(conflicts([open], [now])).toEqual([
      { subject: open.subject, base: open.name, now: now.name, fields: [{ field: 'unitPriceCny', before: '1', after: '3' }] },
    ]);
    expect(conflicts([open], [])).toMatchObject([{ base: open.name, now: null, fields: [] }]);
    expect(conflicts([], [now])).toMatchObject([{ base: null, now: now.name }]);
    const elsewhere = version('douyin/live_view/2026-07-01#1', 'douyin/live_view/2026-07-01', card({ validFrom: '2026-07-01' }));
    expect(conflicts([open], [open, elsewhere])).toEqual([]);
  });

  it('a policy that others gave to the same month, or changed before it, is a conflict; one for a later month is none', () => {
    const ruling = version('#1', '2026-01', policy('2026-01'));
    const conflicts = (...active: NamedVersion[]) => conflictsOf({ kind: 'policies', rows: [policy('2026-06')], base: [ruling] }, active);
    expect(conflicts(ruling)).toEqual([]);
    expect(conflicts(ruling, version('#2', '2026-07', policy('2026-07')))).toEqual([]);
    expect(conflicts(version('#2', '2026-01', policy('2026-01', { minVisits: 5 })))).toEqual([
      { subject: '2026-06', base: '#1', now: '#2', fields: [{ field: 'minVisits', before: 4, after: 5 }] },
    ]);
    expect(conflicts(ruling, version('#2', '2026-06', policy('2026-06', { minVisits: 5 })))).toMatchObject([
      { subject: '2026-06', base: '#1', now: '#2' },
    ]);
  });
});

describe('what a proposal reaches', () => {
  const shared = {
    policyMonths: ['2026-01', '2026-06'],
    closed: ['2026-02', '2026-07'],
    accounts: new Map([
      ['douyin', 3],
      ['kuaishou', 2],
    ]),
  };

  it('of prices: the days whose price changes, their closed months, and the accounts of the platforms', () => {
    const ended = card({ validTo: '2026-06-30' });
    const next = card({ validFrom: '2026-07-01', unitPriceCny: '2' });
    expect(reachOf({ ...shared, kind: 'rate-cards', rows: [ended, next], base: [open] })).toEqual({
      platforms: ['douyin'],
      lines: ['live_view'],
      from: '2026-07-01',
      to: null,
      closedMonths: ['2026-07'],
      accounts: 3,
    });
  });

  it('of policies: the months until the next policy begins, and all accounts', () => {
    expect(reachOf({ ...shared, kind: 'policies', rows: [policy('2026-02')], base: [] })).toEqual({
      platforms: [],
      lines: [],
      from: '2026-02-01',
      to: '2026-05-31',
      closedMonths: ['2026-02'],
      accounts: 5,
    });
    expect(reachOf({ ...shared, kind: 'policies', rows: [policy('2026-08')], base: [] })).toMatchObject({
      from: '2026-08-01',
      to: null,
      closedMonths: [],
    });
  });
});
