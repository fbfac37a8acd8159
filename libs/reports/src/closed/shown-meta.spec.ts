import type { ReportMeta, TierRow, ValueRow } from '@app/contracts';
import { NOTES } from '../reasons';
import { metaOfRows } from './shown-meta';

const meta = (more: Partial<ReportMeta>): ReportMeta => ({
  report: 'value',
  brand: 'b',
  month: '2026-10',
  from: '2026-09-30T16:00:00.000Z',
  to: '2026-10-31T16:00:00.000Z',
  level: 'account',
  basis: 'adjusted',
  policyVersion: 1,
  dataInstant: '2026-11-02T00:00:00.000Z',
  coverage: 0.5,
  accountsKnown: 7,
  accountsTotal: 9,
  sampleRates: false,
  rateCards: [],
  exclusions: ['c-1', 'c-2'],
  notes: [NOTES.excluded(2), NOTES.open],
  ...more,
});
const row = (accountId: string, more: object = {}) => ({ level: 'account', platform: 'douyin', accountId, name: accountId, ...more });
const cases = new Map([
  ['c-1', new Set(['douyin/mine', 'douyin/other'])],
  ['c-2', new Set(['douyin/other'])],
]);

describe('what a closed report says of itself to whoever sees some of its rows', () => {
  it('names and counts their own cases only', () => {
    const rows = [row('mine', { coverage: 1, accountsKnown: 1, accountsTotal: 1 })] as unknown as ValueRow[];
    expect(metaOfRows(meta({}), rows, cases)).toMatchObject({
      exclusions: ['c-1'],
      notes: [NOTES.excluded(1), NOTES.open],
      coverage: 1,
      accountsKnown: 1,
      accountsTotal: 1,
    });
    expect(metaOfRows(meta({}), [], cases)).toMatchObject({
      exclusions: [],
      notes: [NOTES.nothingExcluded, NOTES.open],
      coverage: null,
      accountsKnown: 0,
    });
  });

  it('counts the known years of their own accounts only', () => {
    const rows = [row('mine', { trailingValueCny: '5' }), row('new', { trailingValueCny: null })] as unknown as TierRow[];
    expect(metaOfRows(meta({ report: 'tiers' }), rows, cases)).toMatchObject({ accountsKnown: 1, accountsTotal: 2 });
  });

  it('in the raw basis says nothing of cases', () => {
    const notes = [NOTES.open];
    expect(metaOfRows(meta({ basis: 'raw', exclusions: [], notes }), [], new Map())).toMatchObject({ exclusions: [], notes });
  });
});
