import type { BrandState } from '@app/contracts';
import type { DeclaredSpan } from '../detector';
import { asked, boundParameters, quietSpans } from './viewer-entries';

const MINUTE = 60_000;
const declared = (kind: DeclaredSpan['kind'], from: number, to: number): DeclaredSpan => ({
  ...{ declarationId: `${kind}-${from}`, kind, from, to },
  ...{ detail: '', scope: 'account' },
});
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };

it('overlapping declarations explain their time once', () => {
  const both = quietSpans([declared('raffle', 100 * MINUTE, 105 * MINUTE), declared('raffle', 103 * MINUTE, 110 * MINUTE)], ALL);
  expect(both).toEqual([{ from: 98.5 * MINUTE, to: 114 * MINUTE }]);
});

it('a guest explains comings and goings when the guest begins and ends, not between; paid traffic and staff explain none', () => {
  expect(quietSpans([declared('guest', 60 * MINUTE, 120 * MINUTE)], ALL)).toEqual([
    { from: 55 * MINUTE, to: 70 * MINUTE },
    { from: 115 * MINUTE, to: 130 * MINUTE },
  ]);
  expect(quietSpans([declared('paid', 0, MINUTE), declared('staff', 0, MINUTE)], ALL)).toEqual([]);
});

it('what was declared for another time explains nothing here', () => {
  expect(quietSpans([declared('outage', 0, MINUTE)], { from: 100 * MINUTE, to: 200 * MINUTE })).toEqual([]);
});

it('lists of 64-bit keys become numbers, other text stays text', () => {
  const sql = '{keys: Array(UInt64)} {order: Array(String)} {session: String}';
  expect(asked(sql, { keys: ['18446744073709551615'], order: ['1'], session: '123' })).toEqual({
    keys: [18446744073709551615n],
    order: ['1'],
    session: '123',
  });
});

it('a kept statement runs on who is declared as staff of its accounts now, and on nobody once the declaration is gone', () => {
  const declared = { kind: 'staff', accountKey: '1', dealerId: null, from: 5, to: 9, viewerKeys: ['77'] };
  const state = (declarations: object[]) => ({ declarations, ownerships: [] }) as unknown as BrandState;
  const bound = (accounts: string[], of: object[]) => boundParameters('{staffViewers: Array(UInt64)}', { accounts }, state(of));
  expect(bound(['1'], [declared])).toMatchObject({ staffViewers: [77n], staffAccounts: ['1'], staffFrom: [5], staffTo: [9] });
  expect(bound(['2'], [declared])).toMatchObject({ staffViewers: [], staffFrom: [] });
  expect(bound(['1'], [])).toMatchObject({ staffViewers: [], staffFrom: [] });
  expect(boundParameters('SELECT 1', { accounts: ['1'] }, state([declared]))).toEqual({ accounts: ['1'] });
});
