import type { ShowroomEvidence, VisitEntry } from '@app/analytics';
import { ExplainRow, ExplainRows, VitrineError, businessMonth, monthNumber } from '@app/contracts';
import { entriesTable } from '@app/warehouse';
import { Asked, accountName, accountsOf, iso } from '../asked';
import { pageOf } from '../rows';
import { DeliveryList, Said, deliveryRows, readSaid, sourceOfField } from '../deliveries.reader';

/** Entries of one viewer that are shown in a list of viewers; a viewer who has more is asked for alone. */
export const ENTRIES_SHOWN = 200;
/** Entries of a viewer who is asked for alone. */
const ENTRIES_OF_ONE = 100_000;
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

/** A viewer's key, and the one that came after it. */
export interface LinkedKeys {
  own: string;
  next: string;
}

/** Keys with the viewers that they stand for, and those that linked keys stand for, one change of the key further. */
export function namesBeside(names: ReadonlyMap<string, string[]>, linked: readonly LinkedKeys[]): Map<string, string[]> {
  const found = new Map(names);
  const call = (key: string, viewers: readonly string[] = []) => {
    if (viewers.length > 0) found.set(key, [...new Set([...(found.get(key) ?? []), ...viewers])]);
  };
  for (const { own, next } of linked) {
    call(own, names.get(next));
    call(next, names.get(own));
  }
  return found;
}

const OTHER_KEYS = `SELECT DISTINCT
  toString(viewer_key) AS own,
  toString(next_viewer_key) AS next
FROM facts(entries)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND next_viewer_key != 0
  AND (viewer_key IN {viewers: Array(UInt64)} OR next_viewer_key IN {viewers: Array(UInt64)})`;

/** Keys that the log may hold a viewer under → the viewers as they are named. Each change of the brand's key is one more step away. */
async function otherKeys(asked: Asked, viewers: string[]): Promise<Map<string, string[]>> {
  let names: ReadonlyMap<string, string[]> = new Map(viewers.map((viewer) => [viewer, [viewer]]));
  for (let step = 0; step < (asked.ask.state.viewerKeyChanges ?? []).length; step++) {
    const linked = await asked.context.warehouse.query<LinkedKeys>({
      name: 'explain.other_keys',
      sql: OTHER_KEYS,
      params: { brandId: asked.ask.brand.brandId, accounts: accountsOf(asked).map(BigInt), viewers: [...names.keys()].map(BigInt) },
      maxRows: 100_000,
    });
    const known = names.size;
    names = namesBeside(names, linked);
    if (names.size === known) break;
  }
  return new Map(names);
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

/** Visits of viewers, by viewer; `cut`: viewers of whom not all entries are shown. */
export interface VisitsShown {
  rows: ReadonlyMap<string, ExplainRow[]>;
  cut: ReadonlySet<string>;
}
export const NO_VISITS: VisitsShown = { rows: new Map(), cut: new Set() };

/** Rows of kind `visit` per viewer, each with its entries and their deliveries. */
export async function visitRows(
  asked: Asked,
  evidence: ShowroomEvidence,
  viewers: readonly string[],
  rolling: boolean,
): Promise<VisitsShown> {
  const counts = new Map<string, number>();
  const cut = new Set<string>();
  const entries = (await evidence.visits(viewers, ENTRIES_SHOWN + 1, rolling)).filter(({ viewer }) => {
    const count = (counts.get(viewer) ?? 0) + 1;
    counts.set(viewer, count);
    if (count > ENTRIES_SHOWN) cut.add(viewer);
    return count <= ENTRIES_SHOWN;
  });
  return { rows: await rowsOfVisits(asked, entries), cut };
}

/** Every visit of one viewer, in pages. Throws bad_input for what names no viewer. */
export async function visitsOfViewer(asked: Asked, evidence: ShowroomEvidence, named: string, rolling: boolean): Promise<ExplainRows> {
  const viewer = viewerNamed(named);
  const visits = new Map<string, VisitEntry[]>();
  for (const entry of await evidence.visits([viewer], ENTRIES_OF_ONE, rolling)) {
    const place = `${String(entry.visitStart).padStart(15, '0')} ${entry.account}`;
    visits.set(place, [...(visits.get(place) ?? []), entry]);
  }
  return pageOf([...visits], asked.rows, {
    of: { zh: '该观众的全部到访，附进房与来源', en: 'every visit of the viewer, with entries and deliveries' },
    place: ([place]) => place,
    rows: async (page) => {
      const rows = await rowsOfVisits(
        asked,
        page.flatMap(([, own]) => own),
      );
      return rows.get(viewer) ?? [];
    },
  });
}

/** The key of a viewer that a row names. */
function viewerNamed(text: string): string {
  const [, hex] = /^vk\d{1,6}:([0-9a-f]{1,16})$/.exec(text) ?? [];
  if (hex !== undefined) return BigInt(`0x${hex}`).toString();
  throw new VitrineError(
    'bad_input',
    { zh: 'viewer 不是明细行给出的观众标识', en: 'viewer is not one that a row names' },
    {
      remedy: { zh: '请照抄明细行的 id（vk…）', en: 'Copy the id of a row (vk…)' },
      details: [{ field: 'viewer', message: 'no viewer of a row' }],
    },
  );
}

async function rowsOfVisits(asked: Asked, entries: readonly VisitEntry[]): Promise<Map<string, ExplainRow[]>> {
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
