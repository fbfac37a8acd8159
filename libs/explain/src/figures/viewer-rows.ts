import type { ShowroomEvidence, VisitEntry } from '@app/analytics';
import { ExplainRow, businessMonth, monthNumber } from '@app/contracts';
import { entriesTable } from '@app/warehouse';
import { Asked, accountName, accountsOf, iso } from '../asked';
import { DeliveryList, Said, deliveryRows, readSaid, sourceOfField } from '../deliveries.reader';

/** Entries of one viewer that are shown with their deliveries; a viewer who has more has them all in the export. */
export const ENTRIES_SHOWN = 200;
const FIELDS = ['dwell_seconds', 'session_id', 'traffic_source', 'adcode', 'device'] as const;

/** What one entry is known by: the instant, the account, the viewer. */
interface EntryPlace {
  account: string;
  viewer: string;
  enteredAt: number;
}

/** A viewer key as exports write it; a blank id is empty. */
export const viewerText = ({ viewerKeys, context }: Asked, viewer: string): string =>
  viewerKeys.exported(BigInt(viewer), context.period.to - 1);

const placeOf = ({ account, viewer, enteredAt }: EntryPlace): string => `${account} ${viewer} ${enteredAt}`;

/**
 * The deliveries behind entries, by place. Where the brand's viewer key changed, an entry lies in the log under its own key, and under the next one
 * beside it: both lead to the viewer.
 */
async function saidOfEntries(asked: Asked, entries: readonly EntryPlace[]): Promise<Map<string, Said[]>> {
  if (entries.length === 0) return new Map();
  const { context, ask } = asked;
  const instants = [...new Set(entries.map(({ enteredAt }) => enteredAt))];
  const names = await otherKeys(asked, [...new Set(entries.map(({ viewer }) => viewer))]);
  const said = await readSaid(context.warehouse, entriesTable, {
    brandId: ask.brand.brandId,
    accountKeys: [...new Set(entries.map(({ account }) => account))],
    narrow: `
    AND month IN {months: Array(UInt32)}
    AND viewer_key IN {viewers: Array(UInt64)}
    AND toUnixTimestamp64Milli(entered_at) IN {instants: Array(Int64)}`,
    params: {
      months: [...new Set(instants.map((instant) => monthNumber(businessMonth(instant, context.zone))))],
      viewers: [...names.keys()].map(BigInt),
      instants,
    },
    fields: FIELDS,
  });
  const found = new Map<string, Said[]>();
  for (const one of said) {
    const { account_key: account, viewer_key: key, entered_at: at } = one.identity;
    const enteredAt = Date.parse(`${at.replace(' ', 'T')}Z`);
    for (const viewer of names.get(key) ?? []) {
      const place = placeOf({ account, viewer, enteredAt });
      found.set(place, [...(found.get(place) ?? []), one]);
    }
  }
  return found;
}

const OTHER_KEYS = `SELECT DISTINCT
  toString(viewer_key) AS own,
  toString(next_viewer_key) AS next
FROM facts(entries)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND next_viewer_key != 0
  AND (viewer_key IN {viewers: Array(UInt64)} OR next_viewer_key IN {viewers: Array(UInt64)})`;

/** Keys that the log may hold a viewer under → the viewers as they are named. */
async function otherKeys(asked: Asked, viewers: string[]): Promise<Map<string, string[]>> {
  const names = new Map(viewers.map((viewer) => [viewer, [viewer]]));
  if ((asked.ask.state.viewerKeyChanges ?? []).length === 0) return names;
  const linked = await asked.context.warehouse.query<{ own: string; next: string }>({
    name: 'explain.other_keys',
    sql: OTHER_KEYS,
    params: { brandId: asked.ask.brand.brandId, accounts: accountsOf(asked).map(BigInt), viewers: viewers.map(BigInt) },
    maxRows: 100_000,
  });
  const named = new Set(viewers);
  const call = (key: string, viewer: string) => names.set(key, [...new Set([...(names.get(key) ?? []), viewer])]);
  for (const { own, next } of linked) {
    if (named.has(next)) call(own, next);
    if (named.has(own)) call(next, own);
  }
  return names;
}

/** Rows of kind `entry` with the deliveries behind each. */
export async function entryRows(
  asked: Asked,
  entries: readonly (EntryPlace & { dwellSeconds: number | null; fields?: ExplainRow['fields'] })[],
): Promise<ExplainRow[]> {
  const said = await saidOfEntries(asked, entries);
  const known = await new DeliveryList(asked.dataSource, asked.ask.brand.brandId).find(
    [...said.values()].flat().map(({ deliveryId }) => deliveryId),
  );
  const order = asked.context.policy.sourceOrder;
  return entries.map((entry): ExplainRow => {
    const own = said.get(placeOf(entry)) ?? [];
    return {
      kind: 'entry',
      id: iso(entry.enteredAt),
      amount: null,
      fields: {
        account: accountName(asked, entry.account),
        enteredAt: iso(entry.enteredAt),
        dwellSeconds: entry.dwellSeconds,
        dwellFrom: sourceOfField(own, 'dwell_seconds', order)?.source ?? null,
        sessionFrom: sourceOfField(own, 'session_id', order)?.source ?? null,
        ...entry.fields,
      },
      rows: deliveryRows(own, known, order),
    };
  });
}

/** Rows of kind `visit` per viewer, each with its entries and their deliveries. */
export async function visitRows(
  asked: Asked,
  evidence: ShowroomEvidence,
  viewers: readonly string[],
  rolling: boolean,
): Promise<Map<string, ExplainRow[]>> {
  const entries = await evidence.visits(viewers, ENTRIES_SHOWN, rolling);
  const rows = await entryRows(
    asked,
    entries.map((entry) => ({
      ...entry,
      fields: {
        givenSession: entry.givenSession || null,
        leftOut: entry.staff ? 'staff' : entry.grab ? 'raffle' : entry.kept ? null : 'excluded',
      },
    })),
  );
  const visits = new Map<string, { entry: VisitEntry; rows: ExplainRow[]; exit: number }>();
  for (const [at, entry] of entries.entries()) {
    const key = `${entry.viewer} ${entry.account} ${entry.visitStart}`;
    const visit = visits.get(key) ?? { entry, rows: [], exit: 0 };
    visit.rows.push(rows[at]);
    visit.exit = Math.max(visit.exit, entry.enteredAt + (entry.dwellSeconds ?? 0) * 1000);
    visits.set(key, visit);
  }
  const byViewer = new Map<string, ExplainRow[]>();
  for (const { entry, rows: own, exit } of visits.values())
    byViewer.set(entry.viewer, [...(byViewer.get(entry.viewer) ?? []), visitRow(asked, entry, own, exit)]);
  return byViewer;
}

function visitRow(asked: Asked, entry: VisitEntry, rows: ExplainRow[], exit: number): ExplainRow {
  const counts = entry.visitCounts && entry.owned;
  return {
    kind: 'visit',
    id: `${accountName(asked, entry.account)} ${iso(entry.visitStart)}`,
    amount: counts ? '1' : '0',
    fields: {
      account: accountName(asked, entry.account),
      startedAt: iso(entry.visitStart),
      endedAt: iso(exit),
      dwellSeconds: Number(entry.visitDwell),
      entriesWithUnknownDwell: entry.visitUnknownDwells,
      counted: entry.visitCounts,
      ofThisSubject: entry.owned,
    },
    rows,
  };
}
