import type { Period } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { ACCOUNT_MONTHS, SHOWROOM_KEYS } from './account-month.sql';
import { AudienceWindow, SessionAudiences } from './session-audiences';
import { LoadedAccounts, RollupReader } from './rollup-reader';
import type { ShowroomRecompute } from './showroom-recompute';
import { runsOpen, showroomVisitors } from './showroom-visitor.sql';
import { viewerMonths } from './viewer-month.sql';

const DAY_MS = 86_400_000;
/** Entries formed into visits at once: what bounds the store's memory (about 150 bytes an entry). */
const CHUNK_ENTRIES = 3_000_000;

/**
 * Fills session_audience, viewer_month, showroom_visitor, account_month and, last, rollup_key for one month and some accounts. Whatever it is
 * interrupted at, running it again with a greater version gives the same rows.
 */
export async function recomputeShowroom(warehouse: Warehouse, input: ShowroomRecompute): Promise<void> {
  if (input.accounts.length === 0) return;
  const reader = new RollupReader(warehouse, input);
  const [sizes, windows] = await Promise.all([reader.sizes(), new SessionAudiences(reader).fill()]);
  for (const chunk of reader.chunksOf(sizes, CHUNK_ENTRIES)) await fillViewers(reader, chunk.accounts, chunk.oneSource);
  const reaches = await fillList(reader, windows);
  const accounts = input.accounts.map(({ accountKey }) => accountKey);
  await reader.run('rollup.account_month', ACCOUNT_MONTHS, accounts);
  const rules = input.accounts.map((account) => account.rules);
  await reader.run('rollup.showroom_key', SHOWROOM_KEYS, accounts, {
    rules,
    reachFrom: accounts.map((account) => reaches.get(account)?.from ?? 0),
    reachTo: accounts.map((account) => reaches.get(account)?.to ?? 0),
    runsNeeded: input.policy.consecutiveSessions - 1,
  });
}

/** Visits that began in the month may go on after what was loaded: then their accounts are computed again with more. */
async function fillViewers(reader: RollupReader, accounts: string[], oneSource: boolean): Promise<void> {
  const { period, gapMs } = reader;
  let left = accounts;
  for (let reach = DAY_MS + gapMs; left.length > 0; reach *= 8) {
    const load = { from: period.from - DAY_MS - gapMs, to: period.to + reach };
    await reader.runPieces('rollup.viewer_month', viewerMonths, { accounts: left, load, oneSource });
    left = await reader.overhanging(left, reach - gapMs);
  }
}

/** Answers where the entries of each account's sessions can lie. */
async function fillList(reader: RollupReader, windows: AudienceWindow[]): Promise<Map<string, Period>> {
  const reaches = new Map<string, Period>();
  const byDwell = reader.policy.minVisitDwellSeconds > 0;
  const live = new Set(windows.flatMap((window) => window.accounts));
  const silent = reader.accounts.filter((account) => !live.has(account));
  const noRuns = { accounts: silent, load: reader.period, oneSource: true };
  if (silent.length > 0) await reader.runPieces('rollup.showroom_visitor', (pieces) => showroomVisitors(pieces, null), noRuns);
  for (const { accounts, load, oneSource, reaches: own } of windows) {
    const margin = byDwell ? await closedMargin(reader, { accounts, load, oneSource }) : 0;
    const asked = { accounts, load: { from: load.from - margin, to: load.to + margin }, oneSource };
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
