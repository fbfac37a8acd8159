import type { Exclusion, ExclusionKind, ReportName } from '@app/contracts';
import { countedCases } from './counted-cases';
import type { ReportContext } from './report-context';
import { monthSpan } from './report-period';

const of = (caseId: string, kind: ExclusionKind, fromDay: string, toDay: string): Exclusion => ({
  ...{ exclusionId: '1', caseId, kind, accountKey: '7', rows: 1, fromDay, toDay },
});
const exclusions = [
  of('entries in', 'entries', '2026-10-03', '2026-10-03'),
  of('entries across', 'entries', '2026-10-20', '2026-11-05'),
  of('entries before', 'entries', '2026-09-02', '2026-09-02'),
  of('units in', 'units', '2026-10-03', '2026-10-03'),
  of('units across', 'units', '2026-10-20', '2026-11-05'),
  of('units a year before', 'units', '2025-11-01', '2025-11-01'),
  of('units after', 'units', '2026-11-01', '2026-11-05'),
];
const context = {
  state: { exclusions },
  basis: 'adjusted',
  period: monthSpan('2026-10', 'Asia/Shanghai'),
  accounts: [{ accountKey: '7' }],
} as unknown as ReportContext;
const counted = (name: ReportName) => countedCases(context, name, () => true);

describe('cases that count in a report', () => {
  it('of entries count in figures of viewers only, of units in figures of units only, however far their days reach', () => {
    expect(counted('showroom')).toEqual(['entries across', 'entries before', 'entries in']);
    expect(counted('footfall')).toEqual(counted('showroom'));
    expect(counted('value')).toEqual(['units across', 'units in']);
    expect(counted('tiers')).toEqual(['units a year before', 'units across', 'units in']);
    expect(counted('ranking')).toEqual([...counted('showroom'), ...counted('tiers')]);
  });

  it('none in the raw basis, none of accounts that are not shown', () => {
    expect(countedCases({ ...context, basis: 'raw' }, 'value', () => true)).toEqual([]);
    expect(countedCases(context, 'value', () => false)).toEqual([]);
  });
});
