import { readUnitEvidence, type UnitEvidence } from '@app/analytics';
import {
  addDays,
  businessDay,
  dayStart,
  type BrandState,
  type CaseRemoves,
  type Inorganic,
  type InorganicEntries,
  type InorganicUnits,
  type Period,
  type Signal,
} from '@app/contracts';
import { policyOf, type Removed } from '@app/database';
import { boundParameters, estimatedUnits, type EstimatedUnits } from '@app/integrity';
import { accountKey, type Warehouse } from '@app/warehouse';
import { allot, type Share } from './allotment';
import { spanOf } from './grouping';
import { countNamed } from './named-entries';
import { itemsOf } from './reported';

type Of = Pick<InorganicUnits, 'platform' | 'accountId'>;

/**
 * What findings list, as everybody may see it: how much, never who. Several that name one item, line and day are one row: the largest, with the span of all; what is
 * merely measured is not shown where somebody claims anything of the line (`claimedItems` does not hear it either).
 */
export function shownRemoves(removes: readonly Inorganic[]): CaseRemoves[] {
  const lineOf = ({ platform, accountId, line }: Pick<CaseRemoves, 'platform' | 'accountId' | 'line'>): string =>
    JSON.stringify([platform, accountId, line]);
  const claimed = new Set(
    removes.flatMap((one) => {
      if (one.kind === 'entries') return one.count > 0 ? [lineOf({ ...one, line: 'live_view' })] : [];
      return one.measure === undefined && one.units > 0 ? [lineOf(one)] : [];
    }),
  );
  const lists: CaseRemoves[] = [];
  const units = new Map<string, CaseRemoves>();
  for (const one of removes) {
    const { platform, accountId, low, high } = one;
    if (one.kind === 'entries') {
      lists.push({ platform, accountId, kind: 'entries', origin: null, item: null, line: null, day: null, count: one.count, low, high });
      continue;
    }
    const { origin, item, line, day } = one;
    if (one.units <= 0 || (one.measure !== undefined && claimed.has(lineOf(one)))) continue;
    const key = JSON.stringify([platform, accountId, origin, item, line, day]);
    const { count, low: least, high: most } = units.get(key) ?? { count: 0, low, high };
    const [largest, whole] = [Math.max(count, one.units), { low: Math.min(least, low), high: Math.max(most, high) }];
    units.set(key, { platform, accountId, kind: 'units', origin, item, line, day, count: largest, ...whole });
  }
  return [...units.values(), ...lists];
}

/**
 * Everything that findings list, row by row: entries by the findings' own queries, units as they are estimated out of all that is claimed of them, those of a
 * day shared out among its sessions and videos; entries that two name are one to the store. Read as the facts stand now: the list is frozen when it is recorded.
 */
export async function* removedBy(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  signals: readonly Signal[],
): AsyncGenerator<Removed> {
  const removes = signals.flatMap(({ evidence }) => evidence.removes ?? []);
  yield* await unitsRemoved({ warehouse, state }, signals);
  for (const one of removes) if (one.kind === 'entries') yield* entriesOf({ warehouse, state }, one);
}

/** A row of a finding's query. Numbers of 64 bits may come as text. */
interface EntryRow {
  viewerKey: string | number;
  enteredAt: string | number;
  entryKey: string | number;
}

/** As many entries as one case may list (docs/adr/0029). */
const MOST_ENTRIES = 1_000_000;

async function* entriesOf(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  { platform, accountId, sql, parameters }: InorganicEntries,
): AsyncGenerator<Removed> {
  const query = {
    name: 'cases.entries',
    sql,
    params: { brandId: state.brand.brandId, ...boundParameters(sql, parameters, state) },
    maxSeconds: 300,
    maxRows: MOST_ENTRIES,
  };
  for await (const row of warehouse.stream<EntryRow>(query))
    yield { platform, accountId, viewerKey: BigInt(row.viewerKey), enteredAt: Number(row.enteredAt), entryKey: BigInt(row.entryKey ?? 0) };
}

/** Units of a line and day of a session or video that leave the figures. */
export type RemovedUnits = Extract<Removed, { units: number }>;

/**
 * The units of what findings list, as the corrected figure estimates them for a case that is confirmed: what detectors claim of one item is weighed, not the
 * largest of it; views of a session that lists of entries name are units of it as well. Lists of entries, which may be long, are counted, not read.
 */
export async function unitsRemoved(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  signals: readonly Signal[],
): Promise<RemovedUnits[]> {
  const removed = new Map<string, RemovedUnits>();
  const take = ({ platform, accountId, line }: EstimatedUnits, day: string, { origin, target, units: exact }: Share): void => {
    const key = JSON.stringify([platform, accountId, origin, target, line, day]);
    const units = Math.round(exact);
    if (units > (removed.get(key)?.units ?? 0)) removed.set(key, { platform, accountId, origin, target, line, day, units });
  };
  for (const { account, span, own } of byAccount(signals, state.brand.zone)) {
    const rows = await evidenceOver({ warehouse, state }, account, span);
    const namedEntries = await countNamed({ warehouse, state }, own, span);
    for (const one of estimatedUnits(own, { items: itemsOf(rows), namedEntries })) {
      const { origin, item, day, units } = one;
      if (day === null) continue;
      if (origin !== null && item !== null) take(one, day, { origin, target: item, units });
      else for (const share of allot(units, sharesOf(rows, one))) take(one, day, share);
    }
  }
  return [...removed.values()].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

interface OfAccount {
  account: Of;
  span: Period;
  own: Signal[];
}

/** What is listed of each account, with the days that it is about: those of the findings, and of whatever they list. */
function byAccount(signals: readonly Signal[], zone: string): OfAccount[] {
  const accounts = new Map<string, OfAccount>();
  for (const signal of signals) {
    const { from, to } = spanOf(signal);
    for (const one of signal.evidence.removes ?? []) {
      const account = { platform: one.platform, accountId: one.accountId };
      const key = JSON.stringify(account);
      const known = accounts.get(key) ?? { account, span: { from, to }, own: [] };
      const days = one.kind === 'units' ? [dayStart(one.day, zone), dayStart(addDays(one.day, 1), zone)] : [from, to];
      const span = { from: Math.min(known.span.from, from, days[0]), to: Math.max(known.span.to, to, days[1]) };
      accounts.set(key, { account, span, own: known.own.includes(signal) ? known.own : [...known.own, signal] });
    }
  }
  return [...accounts.values()];
}

function evidenceOver(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  { platform, accountId }: Of,
  { from, to }: Period,
): Promise<UnitEvidence[]> {
  const { brandId, zone } = state.brand;
  const [fromDay, toDay] = [businessDay(from, zone), addDays(businessDay(to - 1, zone), 1)];
  return readUnitEvidence(warehouse, {
    ...{ brandId, zone, fromDay, toDay, sourceOrder: policyOf(state.policies, fromDay.slice(0, 7)).sourceOrder },
    accountKeys: [accountKey(brandId, platform, accountId).toString()],
  });
}

/** Earned units of a line on a day of an account, by session and video. */
const sharesOf = (rows: readonly UnitEvidence[], { line, day, origin }: EstimatedUnits): Share[] =>
  rows.flatMap((row) =>
    row.line === line && row.day === day && row.origin !== 'lead' && (origin === null || row.origin === origin)
      ? [{ origin: row.origin, target: row.id, units: Number(row.net) }]
      : [],
  );
