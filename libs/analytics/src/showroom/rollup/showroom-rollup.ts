import type { Period } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { SHOWROOM_KEYS, accountMonths } from './account-month.sql';
import { AudienceWindow, SessionAudiences } from './session-audiences';
import { LoadedAccounts, RollupReader } from './rollup-reader';
import type { RollupRecompute } from '../../rollup-recompute';
import { runsOpen, showroomVisitors } from './showroom-visitor.sql';
import { viewerMonths } from './viewer-month.sql';

const DAY_MS = 86_400_000;
/** Entries of a month computed at once: what bounds the store's memory. */
const CHUNK_ENTRIES = 3_000_000;

/**
 * Fills session_audience, viewer_month, showroom_visitor, account_month and, last, rollup_key for one month and some accounts; of accounts that cases
 * touch, the rows of the adjusted basis, too. Whatever it is interrupted at, running it again with a greater version gives the same rows.
 */
export async function recomputeShowroom(warehouse: Warehouse, input: RollupRecompute): Promise<void> {
  if (input.accounts.length === 0) return;
  const whole = new RollupReader(warehouse, input);
  const rules = new Map(input.accounts.map((account) => [account.accountKey, account]));
  for (const { accounts, oneSource } of whole.chunksOf(await whole.sizes(), CHUNK_ENTRIES)) {
    const chunk = { ...input, accounts: accounts.map((account) => rules.get(account)!) };
    await recomputeChunk(new RollupReader(warehouse, chunk, { oneSource }), chunk);
  }
}

async function recomputeChunk(reader: RollupReader, input: RollupRecompute): Promise<void> {
  const { accounts } = reader;
  const [windows] = await Promise.all([new SessionAudiences(reader).fill(), fillViewers(reader)]);
  const reaches = await fillList(reader, windows);
  await reader.run('rollup.account_month', accountMonths(false), accounts);
  await fillAdjusted(reader.adjusted(), windows);
  await reader.run('rollup.showroom_key', SHOWROOM_KEYS, accounts, {
    rules: input.accounts.map((account) => account.rules),
    reachFrom: accounts.map((account) => reaches.get(account)?.from ?? 0),
    reachTo: accounts.map((account) => reaches.get(account)?.to ?? 0),
    runsNeeded: input.policy.consecutiveSessions - 1,
  });
}

/** Sessions and how far facts reach are the same in both bases. */
async function fillAdjusted(reader: RollupReader | null, windows: AudienceWindow[]): Promise<void> {
  if (!reader) return;
  const touched = new Set(reader.accounts);
  const own = windows.map((window) => ({ ...window, accounts: window.accounts.filter((account) => touched.has(account)) }));
  await fillViewers(reader);
  await fillList(
    reader,
    own.filter(({ accounts }) => accounts.length > 0),
  );
  await reader.run('rollup.account_month', accountMonths(true), reader.accounts);
}

/** Visits that began in the month may go on after what was loaded: then their accounts are computed again with more. */
async function fillViewers(reader: RollupReader): Promise<void> {
  const { period, gapMs } = reader;
  let left = reader.accounts;
  for (let reach = DAY_MS + gapMs; left.length > 0; reach *= 8) {
    const load = { from: period.from - DAY_MS - gapMs, to: period.to + reach };
    await reader.runPieces('rollup.viewer_month', viewerMonths, { accounts: left, load });
    left = await reader.overhanging(left, reach - gapMs);
  }
}

/** Answers where the entries of each account's sessions can lie. */
async function fillList(reader: RollupReader, windows: AudienceWindow[]): Promise<Map<string, Period>> {
  const reaches = new Map<string, Period>();
  const byDwell = reader.policy.minVisitDwellSeconds > 0;
  const live = new Set(windows.flatMap((window) => window.accounts));
  const silent = reader.accounts.filter((account) => !live.has(account));
  const noRuns = { accounts: silent, load: reader.period };
  if (silent.length > 0) await reader.runPieces('rollup.showroom_visitor', (pieces) => showroomVisitors(pieces, null), noRuns);
  for (const { accounts, load, reaches: own } of windows) {
    const margin = byDwell ? await closedMargin(reader, { accounts, load }) : 0;
    const asked = { accounts, load: { from: load.from - margin, to: load.to + margin } };
    await reader.runPieces('rollup.showroom_visitor', (pieces) => showroomVisitors(pieces, { byDwell }), asked);
    for (const [account, reach] of own) reaches.set(account, byDwell ? asked.load : reach);
  }
  return reaches;
}

/** With a least dwell an entry counts by its whole visit: how much further to read until no visit is cut. */
async function closedMargin(reader: RollupReader, window: LoadedAccounts): Promise<number> {
  for (let margin = DAY_MS + reader.gapMs; ; margin *= 8) {
    const load = { from: window.load.from - margin, to: window.load.to + margin };
    const [row] = await reader.askPieces<{ open: number }>('rollup.runs_open', runsOpen, { ...window, load });
    if (!row?.open) return margin;
  }
}
