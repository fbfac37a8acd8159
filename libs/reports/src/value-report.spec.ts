import { NO_MEMORY, type ValueUnitRow } from '@app/analytics';
import { type BrandState, DEFAULT_POLICY, type Subject } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { FactSlice } from './fact-slices';
import { contextOf } from './report-context';
import { monthSpan } from './report-period';
import { valueRows } from './value-report';

const ZONE = 'Asia/Shanghai';
const period = monthSpan('2026-10', ZONE);
const account = (accountKey: string) => ({
  ...{ accountKey, platform: 'douyin' as const, accountId: accountKey, name: accountKey, handle: null, undeclared: false },
});
const state: BrandState = {
  brand: { brandId: 1, code: 'b', name: 'B', zone: ZONE },
  policies: [DEFAULT_POLICY],
  accounts: [account('1'), account('2')],
  ...{ ownerships: [], placements: [], rateCards: [], costs: [], declarations: [], sentinelKeys: [], grantedFrom: {} },
};
const unit = (more: Partial<ValueUnitRow>): FactSlice['value'][number] => ({
  ...{ accountKey: '1', platform: 'douyin', bucket: 1, line: 'video_play', origin: 'video', price: '0.1', discount: '1', used: true },
  ...{ gross: 10n, net: 10n, valueCny: '1', grossCny: '1', publicCny: '1', missingDays: [], paidUnknown: false, opening: 0n, counts: true },
  ...more,
  at: period.from,
});
const brandRow = (value: FactSlice['value']) => {
  const asked = { warehouse: {} as Warehouse, memory: NO_MEMORY, dataInstant: period.to, regions: 'adcode' as const };
  const context = contextOf({ ...asked, state, level: 'brand', period });
  const slice: FactSlice = { value, sessions: [], followers: [], covered: [], trailing: [] };
  const subjects = new Map([...context.groups.keys()].map((group) => [group, { level: 'brand' } as unknown as Subject]));
  return valueRows(context, slice, subjects)[0];
};

describe('rows of the value report', () => {
  it('an account of which only an opening balance has a price has no known value', () => {
    const opening = { gross: 0n, net: 0n, valueCny: '0', grossCny: '0', publicCny: '0', opening: 500n, counts: false };
    expect(brandRow([unit({}), unit({ accountKey: '2', ...opening })])).toMatchObject({
      valueCny: '1',
      accountsKnown: 1,
      accountsTotal: 2,
    });
    expect(brandRow([unit(opening)])).toMatchObject({ valueCny: null, accountsKnown: 0, openingUnits: { video_play: 500 } });
  });

  it('an account whose units have no price is not known, and the value is unknown, not 0', () => {
    const row = brandRow([
      unit({ price: null, discount: null, valueCny: '0', grossCny: '0', publicCny: '0', missingDays: ['2026-10-03'] }),
    ]);
    expect(row).toMatchObject({ valueCny: null, accountsKnown: 0, missing: [{ line: 'video_play', days: ['2026-10-03'] }] });
    expect(row.reasons.valueCny).toBeDefined();
  });
});
