import { UnitEvidence, ValueUnitRow, readUnitEvidence, readValueUnits, unitExclusions } from '@app/analytics';
import { ExplainRow, ReportMeta, addDays, businessDay } from '@app/contracts';
import { cutDays, readSlices } from '@app/reports';
import { leadsTable, sessionsTable, videoDaysTable, videoReadingsTable } from '@app/warehouse';
import { Asked, accountName, linkTo } from '../asked';
import { DeliveryList, Said, deliveryRows, readSaid, sourceOfField } from '../deliveries.reader';

/** Units of one account, span of days, line, origin and price. `toDay` is the day after the last. */
export interface PlacedUnit {
  unit: ValueUnitRow;
  fromDay: string;
  toDay: string;
}

const daysOf = (fromDay: string, toDay: string): string[] => {
  const days: string[] = [];
  for (let day = fromDay; day < toDay; day = addDays(day, 1)) days.push(day);
  return days;
};

/** Units of the group: of an account day by day, out of the facts; above, by account and owner's span, as the report reads them. */
export async function unitsOf(asked: Asked): Promise<PlacedUnit[]> {
  const { context, group } = asked;
  if (context.level !== 'account') {
    const [slice] = await readSlices([context], { valueOnly: true });
    const ends = [...cutDays(context), context.period.toDay];
    return slice.value
      .filter((unit) => context.byKey.has(unit.accountKey) && context.groupOf(unit.accountKey, unit.at) === group)
      .map((unit) => {
        const fromDay = businessDay(unit.at, context.zone);
        return { unit, fromDay, toDay: ends.find((day) => day > fromDay)! };
      });
  }
  const days = daysOf(context.period.fromDay, context.period.toDay);
  const units = await readValueUnits(context.warehouse, windowOf(asked, [group]), context.state.rateCards, days);
  return units.map((unit) => ({ unit, fromDay: days[unit.bucket - 1], toDay: addDays(days[unit.bucket - 1], 1) }));
}

const windowOf = ({ ask, context }: Asked, accountKeys: readonly string[]) => ({
  brandId: ask.brand.brandId,
  zone: context.zone,
  fromDay: context.period.fromDay,
  toDay: context.period.toDay,
  sourceOrder: context.policy.sourceOrder,
  exclusions: unitExclusions(context.state, context.basis),
  accountKeys,
});

/** Rows in order: day, account, line, origin, price. */
export const placeOfUnit = ({ unit, fromDay }: PlacedUnit): string =>
  [fromDay, unit.accountKey.padStart(20, '0'), unit.line, unit.origin, unit.price ?? '', unit.discount ?? '', unit.card ?? ''].join(' ');

/** What a figure counts of the facts behind its units: all, what is earned, what is left out of all, or all but what cases remove. */
export type CountedUnits = 'gross' | 'net' | 'excluded' | 'engaged';

/** What one row of units adds to a figure (null: nothing), and what that counts of its facts (default: net). */
export type UnitAmount = ((unit: ValueUnitRow) => string | null) & { counts?: CountedUnits };

/** Rows of kind `line`, those of an account with the sessions, readings and leads behind them. */
export async function unitRows(asked: Asked, page: readonly PlacedUnit[], amount: UnitAmount): Promise<ExplainRow[]> {
  const facts = asked.context.level === 'account' && asked.rows.nested ? await factRows(asked, page, amount.counts ?? 'net') : null;
  return page.map((placed): ExplainRow => {
    const { unit, fromDay } = placed;
    return {
      kind: 'line',
      id: `${fromDay} ${accountName(asked, unit.accountKey)} ${unit.line} ${unit.origin}`,
      amount: amount(unit),
      fields: {
        account: accountName(asked, unit.accountKey),
        day: fromDay,
        line: unit.line,
        origin: unit.origin,
        grossUnits: Number(unit.gross),
        units: Number(unit.net),
        excludedByCases: Number(unit.excluded ?? 0n),
        rateCard: unit.card ?? null,
        unitPriceCny: unit.price,
        discount: unit.discount,
        valueCny: unit.price === null ? null : unit.valueCny,
        formula: unit.price === null ? null : `${Number(unit.net)} × ${unit.price} × ${unit.discount} = ${unit.valueCny}`,
        paidUnknown: unit.paidUnknown,
        openingUnits: Number(unit.opening),
      },
      ...(facts ? { rows: facts.get(placed) ?? [] } : { explain: accountLink(asked, placed) }),
    };
  });
}

/** The account in the days of the row alone: an account that moves has other days elsewhere. */
function accountLink(asked: Asked, { unit, fromDay, toDay }: PlacedUnit) {
  const { period } = asked.context;
  const { closed, dataInstant } = asked.meta as ReportMeta & { closed?: unknown };
  const isWhole = fromDay === period.fromDay && toDay === period.toDay;
  // of days no close tells: what was known then is asked for
  const days = { month: undefined, period: undefined, from: fromDay, to: toDay, ...(closed ? { asOf: dataInstant } : {}) };
  const subject = accountName(asked, unit.accountKey);
  return linkTo(asked, 'valueCny', { report: 'value', level: 'account', subject, ...(isWhole ? {} : days) });
}

/** Facts behind units, by unit; each with its deliveries. */
async function factRows(asked: Asked, page: readonly PlacedUnit[], counted: CountedUnits): Promise<Map<PlacedUnit, ExplainRow[]>> {
  if (page.length === 0) return new Map();
  const days = page.map(({ fromDay }) => fromDay).sort();
  const window = { ...windowOf(asked, [asked.group]), fromDay: days[0], toDay: addDays(days[days.length - 1], 1) };
  const wanted = new Set(page.map(({ unit, fromDay }) => `${fromDay} ${unit.line} ${unit.origin}`));
  const facts = (await readUnitEvidence(asked.context.warehouse, window)).filter(({ day, line, origin }) =>
    wanted.has(`${day} ${line} ${origin}`),
  );
  const told = await saidOfFacts(asked, facts);
  return new Map(
    page.map((placed) => {
      const { unit, fromDay } = placed;
      const own = facts.filter(({ day, line, origin }) => day === fromDay && line === unit.line && origin === unit.origin);
      const rows = own.sort((a, b) => (a.id < b.id ? -1 : 1)).map((fact) => factRow(fact, countedOf(fact, counted), told(fact)));
      return [placed, unit.excluded && counted !== 'gross' ? [...rows, casesRow(unit.excluded, counted)] : rows];
    }),
  );
}

const countedOf = ({ gross, net }: UnitEvidence, counted: CountedUnits): bigint =>
  counted === 'net' ? net : counted === 'excluded' ? gross - net : gross;

/** What confirmed cases remove of the line's facts, which are told as they came: the rows add up to the units that the figure counts. */
const casesRow = (excluded: bigint, counted: CountedUnits): ExplainRow => ({
  kind: 'case',
  id: 'confirmed',
  amount: (counted === 'excluded' ? excluded : -excluded).toString(),
  fields: { excludedByCases: Number(excluded) },
});

const KIND = { session: 'session', video: 'video', lead: 'lead' } as const;

function factRow(fact: UnitEvidence, counted: bigint, deliveries: { rows: ExplainRow[]; from: string | null }): ExplainRow {
  const counter = fact.origin === 'video';
  return {
    kind: KIND[fact.origin],
    id: fact.id,
    amount: counted.toString(),
    fields: {
      grossUnits: Number(fact.gross),
      units: Number(fact.net),
      paidUnknown: fact.paidUnknown,
      from: deliveries.from,
      ...(counter
        ? {
            baselineDay: fact.baselineDay,
            baseline: fact.baseline === null ? null : Number(fact.baseline),
            lastReading: fact.reading === null ? null : Number(fact.reading),
            openingUnits: Number(fact.opening),
            correction: fact.gross < 0n,
          }
        : {}),
    },
    rows: deliveries.rows,
  };
}

/** Column of the facts that a line is counted by. */
const COLUMNS: Record<string, string> = {
  live_view: 'views',
  live_viewer: 'unique_viewers',
  live_person: 'unique_viewers',
  live_minute: 'watch_seconds',
  video_play: 'plays',
  like: 'likes',
  comment: 'comments',
  share: 'shares',
  favorite: 'favorites',
  follow: 'follows',
  gift: 'gifts',
  lead: 'leads',
};
const SESSION_COLUMNS = [
  'views',
  'paid_views',
  'unique_viewers',
  'watch_seconds',
  'average_dwell_seconds',
  'likes',
  'comments',
  'shares',
  'follows',
  'gifts',
  'leads',
  'paid_leads',
];
const VIDEO_COLUMNS = ['plays', 'paid_plays', 'likes', 'comments', 'shares', 'favorites', 'follows'];

/** Deliveries behind facts. Of a counter: those of the readings of its day and of its baseline's day, and of the platform's own figure of the day. */
async function saidOfFacts(
  asked: Asked,
  facts: readonly UnitEvidence[],
): Promise<(fact: UnitEvidence) => { rows: ExplainRow[]; from: string | null }> {
  const { context, ask, group } = asked;
  const idsOf = (origin: UnitEvidence['origin']) => [...new Set(facts.filter((fact) => fact.origin === origin).map(({ id }) => id))];
  const shared = { brandId: ask.brand.brandId, accountKeys: [group] };
  const [sessions, leads, videos] = [idsOf('session'), idsOf('lead'), idsOf('video')];
  const days = [...new Set(facts.flatMap(({ day, baselineDay }) => (baselineDay === null ? [day] : [day, baselineDay])))];
  const ofVideos = { ...shared, params: { videos, days, zone: context.zone } };
  const none: Promise<Said[]> = Promise.resolve([]);
  const [bySession, byLead, byReading, bySeries] = await Promise.all([
    sessions.length === 0
      ? none
      : readSaid(context.warehouse, sessionsTable, {
          ...shared,
          narrow: ' AND session_id IN {sessions: Array(String)}',
          params: { sessions },
          fields: SESSION_COLUMNS,
        }),
    leads.length === 0
      ? none
      : readSaid(context.warehouse, leadsTable, {
          ...shared,
          narrow: ' AND lead_key IN {leads: Array(UInt64)}',
          params: { leads: leads.map(BigInt) },
          fields: ['count', 'paid', 'day'],
        }),
    videos.length === 0
      ? none
      : readSaid(context.warehouse, videoReadingsTable, {
          ...ofVideos,
          narrow: ' AND video_id IN {videos: Array(String)} AND toString(toDate(read_at, {zone: String})) IN {days: Array(String)}',
          fields: VIDEO_COLUMNS,
        }),
    videos.length === 0
      ? none
      : readSaid(context.warehouse, videoDaysTable, {
          ...ofVideos,
          narrow: ' AND video_id IN {videos: Array(String)} AND toString(day) IN {days: Array(String)}',
          fields: VIDEO_COLUMNS,
        }),
  ]);
  const all = [bySession, byLead, byReading, bySeries].flat();
  const known = await new DeliveryList(asked.dataSource, ask.brand.brandId).find(all.map(({ deliveryId }) => deliveryId));
  const order = context.policy.sourceOrder;
  const saidOf = ({ origin, id, day, baselineDay }: UnitEvidence): Said[] => {
    if (origin === 'session') return bySession.filter(({ identity }) => identity.session_id === id);
    if (origin === 'lead') return byLead.filter(({ identity }) => identity.lead_key === id);
    const isOn = (instant: string) => [day, baselineDay].includes(businessDay(Date.parse(`${instant.replace(' ', 'T')}Z`), context.zone));
    const readings = byReading.filter(({ identity }) => identity.video_id === id && isOn(identity.read_at));
    return [...readings, ...bySeries.filter(({ identity }) => identity.video_id === id && identity.day === day)];
  };
  return (fact) => {
    const said = saidOf(fact);
    const column = fact.origin === 'lead' ? 'count' : (COLUMNS[fact.line] ?? 'views');
    return { rows: deliveryRows(said.map(withInstant), known, order), from: sourceOfField(said, column, order)?.source ?? null };
  };
}

/** A reading says when it was read, a platform's own figure of which day it is. */
const withInstant = (said: Said): Said => {
  const { read_at: readAt, day } = said.identity;
  const when = readAt ?? day;
  return when === undefined ? said : { ...said, fields: { readAt: when, ...said.fields } };
};
