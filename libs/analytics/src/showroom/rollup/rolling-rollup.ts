import { monthPeriod } from '@app/contracts';
import type { Basis, BrandState, Membership, Policy } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { leftOutEntries } from '../../exclusions/exclusions';
import type { KeptDifference } from '../../kept-difference';
import { NO_MEMORY } from '../../part-memory';
import type { RollupRecompute } from '../../rollup-recompute';
import { ROLLING_MS, scopeOf } from '../showroom-scope';
import { ShowroomReader } from '../showroom.reader';
import { ROLLING_KEYS, ROLLING_OVERHANGS, rollingVisitors } from './rolling.sql';
import { RollupReader } from './rollup-reader';
import { StoredReader } from './stored.reader';

const DAY_MS = 86_400_000;
/** Entries of a month computed at once: two months are read, and every viewer of them is counted. */
const CHUNK_ENTRIES = 3_000_000;
/** So many accounts are computed at once without asking how many entries they have. */
const FEW_ACCOUNTS = 50;

/**
 * Fills rolling_visitor and, last, rollup_key for one month and some accounts: what the rolling number (domain.md 3.11) is at any instant of the month,
 * under the month's policy, in both bases. Whatever it is interrupted at, running it again with a greater version gives the same rows.
 */
export async function recomputeRolling(warehouse: Warehouse, input: RollupRecompute): Promise<void> {
  if (input.accounts.length === 0) return;
  const whole = new RollupReader(warehouse, input);
  if (input.accounts.length <= FEW_ACCOUNTS) return fill(whole, input);
  const byKey = new Map(input.accounts.map((account) => [account.accountKey, account]));
  for (const { accounts } of whole.chunksOf(await whole.sizes(), CHUNK_ENTRIES)) {
    const chunk = { ...input, accounts: accounts.map((account) => byKey.get(account)!) };
    await fill(new RollupReader(warehouse, chunk), chunk);
  }
}

async function fill(reader: RollupReader, input: RollupRecompute): Promise<void> {
  const rolling = { rollingFrom: reader.period.from - ROLLING_MS, rollingMs: ROLLING_MS };
  await fillVisitors(reader, rolling);
  const adjusted = reader.adjusted();
  if (adjusted) await fillVisitors(adjusted, rolling);
  await reader.run('rollup.rolling_key', ROLLING_KEYS, reader.accounts, {
    ...rolling,
    rules: input.accounts.map((account) => account.rules),
  });
}

async function fillVisitors(reader: RollupReader, rolling: { rollingFrom: number; rollingMs: number }): Promise<void> {
  const { period, gapMs } = reader;
  let left = reader.accounts;
  for (let reach = DAY_MS + gapMs; left.length > 0; reach *= 8) {
    const load = { from: rolling.rollingFrom - DAY_MS - gapMs, to: period.to + reach };
    await reader.runPieces('rollup.rolling_visitor', rollingVisitors, { accounts: left, load }, rolling);
    const reachSeconds = Math.floor((reach - gapMs) / 1000);
    const open = await reader.ask<{ account: string }>('rollup.rolling_overhangs', ROLLING_OVERHANGS, left, { reachSeconds });
    left = open.map((row) => row.account);
  }
}

/**
 * The rolling numbers of some accounts at a month's end and in its middle, each and together, from the kept rows against what the entries say on demand.
 * Empty: they are the same.
 */
export async function rollingDifferences(
  warehouse: Warehouse,
  { state, policy, month, accounts }: { state: BrandState; policy: Policy; month: string; accounts: readonly string[] },
): Promise<KeptDifference[]> {
  const { brandId, zone } = state.brand;
  const period = monthPeriod(month, zone);
  const differences: KeptDifference[] = [];
  const bases: Basis[] = leftOutEntries(state, 'adjusted', accounts).size > 0 ? ['raw', 'adjusted'] : ['raw'];
  for (const [basis, dataInstant] of bases.flatMap((each) =>
    [period.to, Math.floor((period.from + period.to) / 2)].map((at) => [each, at] as const),
  ))
    for (const groupOf of accounts.length === 1 ? [(account: string) => account] : [(account: string) => account, () => null]) {
      const memberships: Membership[] = accounts.map((accountKey) => ({ accountKey, group: groupOf(accountKey) ?? 'all', ...period }));
      const scope = scopeOf({ brandId, zone, state, policy, basis, period: { month }, dataInstant, memberships });
      const [kept, now] = await Promise.all([
        new StoredReader(warehouse, scope, state, NO_MEMORY).rolling([...accounts]),
        new ShowroomReader(warehouse, scope, state).rollingSums([...accounts]),
      ]);
      const counts = (rows: { subject: number; rolling: string }[]) => new Map(rows.map((row) => [row.subject, row.rolling]));
      const [stored, recomputed] = [counts(kept), counts(now)];
      for (const [place, { group }] of scope.groups.entries()) {
        const [a, b] = [stored.get(place + 1) ?? '0', recomputed.get(place + 1) ?? '0'];
        const accountKey = group === 'all' ? null : group;
        if (a !== b)
          differences.push({
            accountKey,
            column: `${basis === 'adjusted' ? 'adjusted ' : ''}rolling at ${new Date(dataInstant).toISOString()}`,
            stored: a,
            recomputed: b,
          });
      }
    }
  return differences;
}
