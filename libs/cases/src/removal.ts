import { readUnitEvidence } from '@app/analytics';
import {
  addDays,
  type BrandState,
  type Inorganic,
  type InorganicEntries,
  type InorganicUnits,
  type CaseRemoves,
  type Signal,
} from '@app/contracts';
import { policyOf, type Removed } from '@app/database';
import { boundParameters } from '@app/integrity';
import { accountKey, type Warehouse } from '@app/warehouse';
import { allot, type Share } from './allotment';

type Of = Pick<InorganicUnits, 'platform' | 'accountId'>;

/** What findings list, as everybody may see it: how much, never who. */
export const shownRemoves = (removes: readonly Inorganic[]): CaseRemoves[] =>
  removes.map((one) => {
    const { platform, accountId, low, high } = one;
    return one.kind === 'entries'
      ? { platform, accountId, kind: 'entries', origin: null, item: null, line: null, day: null, count: one.count, low, high }
      : {
          platform,
          accountId,
          kind: 'units',
          origin: one.origin,
          item: one.item,
          line: one.line,
          day: one.day,
          count: one.units,
          low,
          high,
        };
  });

/**
 * Everything that findings list, row by row: entries by the findings' own queries, units of a day shared out among its sessions and videos. Where findings
 * name one item, line and day the larger counts; entries that two name are one to the store. Read as the facts stand now: the list is frozen when it is recorded.
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

/** The units alone of what findings list: lists of entries, which may be long, are not asked for. */
export async function unitsRemoved(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  signals: readonly Signal[],
): Promise<RemovedUnits[]> {
  const listed = signals.flatMap(({ evidence }) => (evidence.removes ?? []).filter((one) => one.kind === 'units'));
  const largest = new Map<string, { of: Of; line: InorganicUnits['line']; day: string } & Share>();
  const take = (of: Of, { line, day }: Pick<InorganicUnits, 'line' | 'day'>, share: Share): void => {
    const key = JSON.stringify([of.platform, of.accountId, share.origin, share.target, line, day]);
    const units = Math.round(share.units);
    if (units > (largest.get(key)?.units ?? 0)) largest.set(key, { of, line, day, ...share, units });
  };
  for (const one of listed) {
    if (one.origin !== null && one.item !== null) take(one, one, { origin: one.origin, target: one.item, units: one.units });
    else for (const share of allot(one.units, await sharesOf({ warehouse, state }, one))) take(one, one, share);
  }
  return [...largest.values()].map(({ of, origin, target, line, day, units }) => ({
    ...{ platform: of.platform, accountId: of.accountId, origin, target, line, day, units },
  }));
}

/** Earned units of a line on a day of an account, by session and video. */
async function sharesOf(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  { platform, accountId, line, day, origin }: InorganicUnits,
): Promise<Share[]> {
  const { brandId, zone } = state.brand;
  const rows = await readUnitEvidence(warehouse, {
    ...{ brandId, zone, fromDay: day, toDay: addDays(day, 1) },
    sourceOrder: policyOf(state.policies, day.slice(0, 7)).sourceOrder,
    accountKeys: [accountKey(brandId, platform, accountId).toString()],
  });
  return rows.flatMap((row) =>
    row.line === line && row.day === day && row.origin !== 'lead' && (origin === null || row.origin === origin)
      ? [{ origin: row.origin, target: row.id, units: Number(row.net) }]
      : [],
  );
}
