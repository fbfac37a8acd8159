import type { BrandState, InorganicEntries } from '@app/contracts';
import { listsTogether } from './lists-together';
import { ANY_READING, inorganicEntries, listParts, seenEntries } from './viewer-entries.sql';

const STATE = { brand: { brandId: 7 }, declarations: [], ownerships: [] } as unknown as BrandState;
const OF_SESSION = inorganicEntries(seenEntries(ANY_READING), 'session_id = {session: String} AND usable');
const list = (sql: string, parameters: InorganicEntries['parameters']): InorganicEntries => ({
  ...{ kind: 'entries', platform: 'douyin', accountId: 'a', count: 1, low: 1, high: 1 },
  ...{ sql, parameters: { brandId: 7, accounts: ['5'], loadFromMonth: 202610, loadToMonth: 202610, ...parameters } },
});
const readsOf = (sql: string): number => sql.split('UNION ALL').length;

it('a list comes apart into what it was made of', () => {
  const made = inorganicEntries('seen AS (SELECT 1)', 'a = {b: String}\n  AND c', 'other');
  expect(listParts(made)).toMatchObject({ pieces: 'seen AS (SELECT 1)', from: 'other', where: 'a = {b: String}\n  AND c' });
  expect(listParts('SELECT 1')).toBeNull();
});

it('sessions of one account are read at once, by the span of all, each within its own', () => {
  const { sql, params } = listsTogether(
    [list(OF_SESSION, { session: 's1', loadFrom: 10, loadTo: 20 }), list(OF_SESSION, { session: 's2', loadFrom: 15, loadTo: 30 })],
    STATE,
  );
  expect(readsOf(sql)).toBe(1);
  expect(params).toMatchObject({ read0_loadFrom: 10, read0_loadTo: 30, read0_brandId: 7, read0_accounts: [5n] });
  expect(params).toMatchObject({ list0_session: 's1', list0_loadTo: 20, list1_session: 's2', list1_loadFrom: 15 });
  expect(sql.match(/\bFROM entries FINAL\b/g)).toHaveLength(1);
  const named = [...sql.matchAll(/\{(\w+):/g)].map(([, name]) => name);
  expect(named.filter((name) => !(name in params))).toEqual([]);
});

it('what rests on something else is read by itself: another account, other declarations, another text', () => {
  const one = list(OF_SESSION, { session: 's1', loadFrom: 10, loadTo: 20, quietFrom: [1] });
  const others = [
    list(OF_SESSION, { session: 's1', loadFrom: 10, loadTo: 20, quietFrom: [2] }),
    list(OF_SESSION, { session: 's1', loadFrom: 10, loadTo: 20, quietFrom: [1], accounts: ['6'] }),
    list('SELECT 1 AS account, 2 AS viewerKey, 3 AS enteredAt, 4 AS entryKey', {}),
    list('SELECT 1 AS account, 2 AS viewerKey, 3 AS enteredAt, 4 AS entryKey', {}),
  ];
  for (const other of others) expect(readsOf(listsTogether([one, other], STATE).sql)).toBe(2);
  expect(readsOf(listsTogether([one, ...others], STATE).sql)).toBe(5);
});

it('of what looks beyond the session the span is part of what it is', () => {
  const habits = inorganicEntries(
    `${seenEntries(ANY_READING)},\nhabit AS (SELECT viewer FROM seen)`,
    'viewer IN (SELECT viewer FROM habit)',
  );
  const [one, other] = [10, 15].map((loadFrom) => list(habits, { loadFrom, loadTo: 20 }));
  expect(readsOf(listsTogether([one, other], STATE).sql)).toBe(2);
  expect(readsOf(listsTogether([one, one], STATE).sql)).toBe(1);
});
