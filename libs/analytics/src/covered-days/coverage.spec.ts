import type { Platform } from '@app/contracts';
import { coverageOf, expectedSpans, observedDays, shareOf, type CollectedKind } from './coverage';
import type { CoveredDays } from './coverage.reader';

const october = Array.from({ length: 31 }, (_, i) => `2026-10-${String(i + 1).padStart(2, '0')}`);
const covered = (accountKey: string, more: Partial<CoveredDays> = {}): CoveredDays => ({
  accountKey,
  kind: 'sessions',
  days: october,
  collected: true,
  firstDay: '2026-01-01',
  ...more,
});
const ask = (rows: CoveredDays[], grantedFrom: Record<string, string> = {}, toDay = '2026-11-01') =>
  coverageOf({
    accounts: ['1', '2'].map((accountKey) => ({ accountKey, platform: 'douyin' as Platform })),
    covered: rows,
    grantedFrom,
    fromDay: '2026-10-01',
    toDay,
  });

describe('coverage', () => {
  it('is the share of days with a reading', () => {
    expect(ask([covered('1', { days: october.slice(0, 25) })]).get('1')!.sessions).toBeCloseTo(25 / 31);
  });

  it('counts from the grant, and at the data instant', () => {
    const late = covered('1', { days: october.slice(10, 20), firstDay: '2026-10-11' });
    expect(ask([late], { '1': '2026-10-11' }, '2026-10-21').get('1')!.sessions).toBe(1);
  });

  it('is null for an account known from files only, and 0 where a collector works but this kind never came', () => {
    const rows = [covered('1'), covered('2', { collected: false, firstDay: null }), covered('1', { kind: 'followers' })];
    expect(ask(rows).get('2')).toEqual({ sessions: null, videos: null, followers: null });
    const without = [covered('1'), covered('2', { kind: 'followers' })];
    expect(ask(without).get('2')!.sessions).toBe(0);
    expect(ask(without).get('1')!.videos).toBeNull();
  });
});

describe('expected spans', () => {
  const spans = (connected: Record<string, string>, rows: CoveredDays[] = []) =>
    expectedSpans({
      accounts: [{ accountKey: '1', platform: 'douyin' }],
      covered: rows,
      grantedFrom: {},
      fromDay: '2026-10-01',
      toDay: '2026-11-01',
      connected: new Map([['1', new Map(Object.entries(connected) as [CollectedKind, string][])]]),
    }).get('1')!;

  it('are expected of a connection from its first day, before anything has come', () => {
    expect(spans({ videos: '2026-10-11' })).toEqual({
      sessions: null,
      videos: { from: '2026-10-11', to: '2026-11-01', received: [] },
      followers: null,
      leads: null,
    });
    expect(spans({ videos: '2026-11-01' }).videos).toBeNull();
  });

  it('begin with what a collector brought from before the connection, and hold what is inside them only', () => {
    const rows = [covered('1', { kind: 'videos', firstDay: '2026-10-05', days: october.slice(4, 8) })];
    expect(spans({ videos: '2026-10-11' }, rows).videos).toEqual({ from: '2026-10-05', to: '2026-11-01', received: october.slice(4, 8) });
    expect(shareOf(spans({ videos: '2026-10-11' }, rows).videos)).toBeCloseTo(4 / 27);
  });
});

describe('observed days', () => {
  it('leave out gaps of a collector, and not the quiet days of files', () => {
    const row = { accountKey: '1', collected: true, firstDay: '2026-09-01', daysObserved: 12 };
    expect(observedDays(row, '2025-11-01', '2026-11-01')).toEqual({ daysObserved: 12, startsInside: true });
    expect(observedDays({ ...row, collected: false }, '2025-11-01', '2026-11-01')).toEqual({ daysObserved: 61, startsInside: true });
    expect(observedDays(undefined, '2025-11-01', '2026-11-01').daysObserved).toBe(0);
  });
});
