import type { Platform, Source, ValueLine } from '@app/contracts';

/**
 * Communication value written straight from the definition, one account and one day at a time, as the independent check of the SQL. Slow and plain
 * on purpose; shares no code with the product. Times are epoch ms, money is a bigint in units of 10^-10 yuan.
 */
export interface Told {
  source: Source;
  observedAt: number;
  retracted: boolean;
}
export interface SessionTold extends Told {
  sessionId: string;
  startedAt: number;
  endedAt: number | null;
  views: number | null;
  paidViews: number | null;
  uniqueViewers: number | null;
  watchSeconds: number | null;
  /** Ten-thousandths of a second. */
  averageDwell: number | null;
  likes: number | null;
  comments: number | null;
  shares: number | null;
  follows: number | null;
  gifts: number | null;
  leads: number | null;
  paidLeads: number | null;
}
export const COUNTERS = ['plays', 'paidPlays', 'likes', 'comments', 'shares', 'favorites', 'follows'] as const;
export type Counter = (typeof COUNTERS)[number];
export interface ReadingTold extends Told, Record<Counter, number | null> {
  videoId: string;
  readAt: number;
  publishedAt: number;
  status: string;
}
export interface SeriesTold extends Told, Record<Counter, number | null> {
  videoId: string;
  day: string;
}
export interface LeadTold extends Told {
  leadId: string;
  sessionId: string;
  day: string;
  count: number;
  paid: number | null;
}
export interface CardGiven {
  platform: Platform;
  line: ValueLine;
  unitPriceCny: string;
  discount: string;
  validFrom: string;
  validTo: string | null;
}
export interface ValueWorld {
  platform: Platform;
  sessions: SessionTold[];
  readings: ReadingTold[];
  series: SeriesTold[];
  leads: LeadTold[];
  costs: { day: string; amountCny: string }[];
}

/** Units of one line on one day; a line and day occurs several times (one per session, video, lead). */
export interface DayUnits {
  /** The session or video that they are of (of a lead, the session that it names). */
  target: string;
  day: string;
  line: ValueLine;
  gross: bigint;
  net: bigint;
}
export interface Opening {
  day: string;
  line: ValueLine;
  units: bigint;
}

const max = (a: bigint, b: bigint) => (a > b ? a : b);
const min = (a: bigint, b: bigint) => (a < b ? a : b);
/** Toward minus infinity; divisor positive. */
const floor = (above: bigint, below: bigint) => (above >= 0n ? above / below : -((-above + below - 1n) / below));

/** 2.2 and 2.3: the last of each (identity, source); then each field from the first source in the order that knows it. */
function merged<T extends Told>(rows: T[], identity: (row: T) => string, order: readonly Source[]): T[] {
  const last = new Map<string, T>();
  for (const row of rows) {
    const key = JSON.stringify([identity(row), row.source]);
    const kept = last.get(key);
    if (!kept || row.observedAt > kept.observedAt || (row.observedAt === kept.observedAt && row.retracted && !kept.retracted))
      last.set(key, row);
  }
  const groups = new Map<string, T[]>();
  for (const row of last.values()) if (!row.retracted) groups.set(identity(row), [...(groups.get(identity(row)) ?? []), row]);
  return [...groups.values()].map((group) => {
    const sorted = group.sort((a, b) => order.indexOf(a.source) - order.indexOf(b.source));
    const whole: Record<string, unknown> = {};
    for (const row of sorted)
      for (const [field, value] of Object.entries(row))
        if (!(field in whole) || whole[field] === null || whole[field] === '') whole[field] = value;
    return whole as unknown as T;
  });
}

/** 4.2–4.4: what one session gives to its day. */
function sessionUnits(session: SessionTold, day: string): DayUnits[] {
  const out: DayUnits[] = [];
  const target = `session ${session.sessionId}`;
  const add = (line: ValueLine, gross: bigint | null, net: bigint | null = gross) => {
    if (gross !== null && net !== null) out.push({ target, day, line, gross, net });
  };
  const known = (value: number | null) => (value === null ? null : BigInt(value));
  const views = known(session.views);
  const earned = views === null ? null : max(views - BigInt(session.paidViews ?? 0), 0n);
  add('live_view', views, earned);
  add('live_viewer', known(session.uniqueViewers));
  // ten-thousandths of a second
  const watch =
    session.watchSeconds !== null
      ? BigInt(session.watchSeconds) * 10_000n
      : session.uniqueViewers !== null && session.averageDwell !== null
        ? BigInt(session.uniqueViewers) * BigInt(session.averageDwell)
        : null;
  if (watch !== null) {
    const gross = watch / 600_000n;
    add('live_minute', gross, views === null || views === 0n ? gross : (watch * earned!) / (600_000n * views));
  }
  add('like', known(session.likes));
  add('comment', known(session.comments));
  add('share', known(session.shares));
  add('follow', known(session.follows));
  add('gift', known(session.gifts));
  add('lead', known(session.leads), session.leads === null ? null : max(BigInt(session.leads) - BigInt(session.paidLeads ?? 0), 0n));
  return out;
}

const PUBLIC = ['', 'public'];
interface Counted {
  days: Map<string, bigint>;
  opening: Opening['units'];
  openingDay: string | null;
}

/** 4.5: one counter of one video. `from0` tells whether a first reading counts from 0. */
function counterDays(
  readings: { day: string; value: number }[],
  series: { day: string; value: number }[],
  from0: (firstDay: string) => boolean,
  publishedDay: string | null,
): Counted {
  const first = readings.at(0);
  const supplied = series.filter(({ day }) => !first || day < first.day).sort((a, b) => (a.day < b.day ? -1 : 1));
  const sameDay = series.find(({ day }) => day === first?.day);
  const days = new Map(supplied.map(({ day, value }) => [day, BigInt(value)]));
  const counted: Counted = { days, opening: 0n, openingDay: null };
  if (!first) return counted;
  const baseline = supplied.reduce((sum, { value }) => sum + BigInt(value), 0n);
  const lastOfDay = new Map<string, bigint>();
  for (const { day, value } of readings) lastOfDay.set(day, BigInt(value));
  const complete = supplied.length > 0 && publishedDay !== null && supplied[0].day <= publishedDay;
  // the first day's readings are one reading: its last
  let before = baseline;
  if (!from0(first.day) && !complete) {
    // as docs/adr/0006 reads it: a series that began before supplies the day of the first reading too, the rest is the opening balance
    const own = supplied.length > 0 && sameDay ? BigInt(sameDay.value) : 0n;
    before = lastOfDay.get(first.day)! - own;
    counted.opening = before - baseline;
    counted.openingDay = first.day;
    // nothing but an opening balance is no day
    if (supplied.length === 0) lastOfDay.delete(first.day);
  }
  for (const [day, value] of lastOfDay) {
    days.set(day, value - before);
    before = value;
  }
  return counted;
}

const LINE_OF: Record<Exclude<Counter, 'paidPlays'>, ValueLine> = {
  plays: 'video_play',
  likes: 'like',
  comments: 'comment',
  shares: 'share',
  favorites: 'favorite',
  follows: 'follow',
};

function videoUnits(
  world: ValueWorld,
  order: readonly Source[],
  dayOf: (ms: number) => string,
): { units: DayUnits[]; openings: Opening[] } {
  const readings = merged(world.readings, (row) => `${row.videoId}@${row.readAt}`, order).sort((a, b) => a.readAt - b.readAt);
  const series = merged(world.series, (row) => `${row.videoId}@${row.day}`, order);
  const accountFirstDay = readings.length > 0 ? dayOf(readings[0].readAt) : null;
  const units: DayUnits[] = [];
  const openings: Opening[] = [];
  for (const videoId of new Set([...readings, ...series].map((row) => row.videoId))) {
    const own = readings.filter((row) => row.videoId === videoId);
    const ownSeries = series.filter((row) => row.videoId === videoId);
    const publishedDay = own.length > 0 ? dayOf(own[0].publishedAt) : null;
    const from0 = (firstDay: string) =>
      publishedDay !== null && (publishedDay.slice(0, 7) === firstDay.slice(0, 7) || publishedDay >= accountFirstDay!);
    let positive = false;
    const playsRead = own.filter((row) => {
      if (row.plays === null || !PUBLIC.includes(row.status) || (row.plays === 0 && positive)) return false;
      positive ||= row.plays > 0;
      return true;
    });
    const count = (counter: Counter) =>
      counterDays(
        (counter === 'plays' || counter === 'paidPlays' ? playsRead : own)
          .filter((row) => row[counter] !== null)
          .map((row) => ({ day: dayOf(row.readAt), value: row[counter]! })),
        ownSeries.filter((row) => row[counter] !== null).map((row) => ({ day: row.day, value: row[counter]! })),
        from0,
        publishedDay,
      );
    const paid = count('paidPlays').days;
    for (const [counter, line] of Object.entries(LINE_OF) as [Exclude<Counter, 'paidPlays'>, ValueLine][]) {
      const { days, opening, openingDay } = count(counter);
      if (openingDay !== null && opening !== 0n) openings.push({ day: openingDay, line, units: opening });
      for (const [day, gross] of days) {
        const net = counter === 'plays' ? max(gross - (paid.get(day) ?? 0n), min(gross, 0n)) : gross;
        units.push({ target: `video ${videoId}`, day, line, gross, net });
      }
    }
  }
  return { units, openings };
}

/** Every unit of the account, whenever, under one order of sources. */
export function unitsOf(
  world: ValueWorld,
  order: readonly Source[],
  dayOf: (ms: number) => string,
): { units: DayUnits[]; openings: Opening[] } {
  const sessions = merged(world.sessions, (row) => row.sessionId, order);
  const { units, openings } = videoUnits(world, order, dayOf);
  units.push(...sessions.flatMap((session) => sessionUnits(session, dayOf(session.startedAt))));
  for (const lead of merged(world.leads, (row) => row.leadId, order)) {
    if (sessions.some((session) => session.sessionId === lead.sessionId && session.leads !== null)) continue;
    units.push({
      target: `session ${lead.sessionId}`,
      day: lead.day,
      line: 'lead',
      gross: BigInt(lead.count),
      net: max(BigInt(lead.count) - BigInt(lead.paid ?? 0), 0n),
    });
  }
  return { units, openings };
}

/** What one case removes of a line of one session (`session s1`) or video (`video v1`) on one day. */
export type Removal = Pick<DayUnits, 'target' | 'line' | 'day'> & { units: bigint };

/** 7.3: of each session or video, line and day the larger of what cases name, never below 0: neither the day nor, where the counter falls later, the month. */
export function without(units: DayUnits[], removals: readonly Removal[]): DayUnits[] {
  const placeOf = ({ target, line, day }: Pick<DayUnits, 'target' | 'line' | 'day'>) => `${target}|${line}|${day}`;
  const left = new Map<string, bigint>();
  for (const removal of removals) left.set(placeOf(removal), max(left.get(placeOf(removal)) ?? 0n, removal.units));
  const monthOf = ({ target, line, day }: DayUnits) => `${target}|${line}|${day.slice(0, 7)}`;
  const inMonth = new Map<string, bigint>();
  for (const unit of units) inMonth.set(monthOf(unit), (inMonth.get(monthOf(unit)) ?? 0n) + unit.net);
  const removedOf = new Map<DayUnits, bigint>();
  for (const unit of [...units].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))) {
    const removed = [max(unit.net, 0n), left.get(placeOf(unit)) ?? 0n, max(inMonth.get(monthOf(unit))!, 0n)].reduce(min);
    left.set(placeOf(unit), (left.get(placeOf(unit)) ?? 0n) - removed);
    inMonth.set(monthOf(unit), inMonth.get(monthOf(unit))! - removed);
    removedOf.set(unit, removed);
  }
  return units.map((unit) => ({ ...unit, net: unit.net - removedOf.get(unit)! }));
}

/** `12.3456` with so many places as an integer. */
export function scaled(text: string, places: number): bigint {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole + part.padEnd(places, '0'));
}
/** 10^-10 yuan as the exact decimal string. */
export function money(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(11, '0');
  const part = digits.slice(-10).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -10)}${part && '.'}${part}`;
}
/** Four places, half away from zero; divisor positive. */
export function fourPlaces(above: bigint, below: bigint): bigint {
  const twice = (above < 0n ? -above : above) * 20_000n;
  const rounded = floor(twice + below, 2n * below);
  return above < 0n ? -rounded : rounded;
}

export const cardOf = (cards: readonly CardGiven[], platform: Platform, line: ValueLine, day: string): CardGiven | undefined =>
  cards.find(
    (card) => card.platform === platform && card.line === line && card.validFrom <= day && (card.validTo === null || day <= card.validTo),
  );

export interface LineFigures {
  units: bigint;
  gross: bigint;
  value: bigint;
  grossValue: bigint;
}
export interface ValueFiguresExpected {
  /** `line|price|discount` (price empty: without price). */
  lines: Map<string, LineFigures>;
  priced: boolean;
  value: bigint;
  gross: bigint;
  missing: Map<ValueLine, Set<string>>;
  unpriced: Map<ValueLine, bigint>;
  opening: Map<ValueLine, bigint>;
  effectiveViews: bigint;
  /** Net effective views at public prices, 10^-6 yuan. */
  publicPrice: bigint;
  effectivePriced: boolean;
  /** Some unit of the pass line's lines is there, be it 0. */
  effective: boolean;
  effectiveMissing: boolean;
}

const EFFECTIVE: ValueLine[] = ['live_view', 'live_viewer', 'video_play'];

/** 4.1, 4.6, 4.8, 4.10: units of the wanted days at the prices of their days. */
export function priced(
  all: { platform: Platform; units: DayUnits[]; openings: Opening[] },
  cards: readonly CardGiven[],
  wanted: (day: string) => boolean,
): ValueFiguresExpected {
  const { platform } = all;
  const out: ValueFiguresExpected = {
    lines: new Map(),
    priced: false,
    value: 0n,
    gross: 0n,
    missing: new Map(),
    unpriced: new Map(),
    opening: new Map(),
    effectiveViews: 0n,
    publicPrice: 0n,
    effectivePriced: false,
    effective: false,
    effectiveMissing: false,
  };
  for (const { day, line, units } of all.openings) if (wanted(day)) out.opening.set(line, (out.opening.get(line) ?? 0n) + units);
  for (const { day, line, gross, net } of all.units) {
    if (!wanted(day)) continue;
    const card = cardOf(cards, platform, line, day);
    const used = cards.some((each) => each.platform === platform && each.line === line);
    // never priced together with live_view on one platform and day
    if (line === 'live_viewer' && used && cardOf(cards, platform, 'live_view', day)) continue;
    const effective = EFFECTIVE.includes(line) && (line !== 'live_viewer' || card !== undefined);
    out.effective ||= effective;
    if (effective) out.effectiveViews += net;
    if (!card && !used) {
      out.unpriced.set(line, (out.unpriced.get(line) ?? 0n) + net);
    } else if (!card) {
      if (gross !== 0n || net !== 0n) out.missing.set(line, (out.missing.get(line) ?? new Set()).add(day));
    }
    if (!card && effective && net !== 0n) out.effectiveMissing = true;
    const key = card ? `${line}|${card.unitPriceCny}|${card.discount}` : `${line}||`;
    const figures = out.lines.get(key) ?? { units: 0n, gross: 0n, value: 0n, grossValue: 0n };
    out.lines.set(key, figures);
    figures.units += net;
    figures.gross += gross;
    if (!card) continue;
    const price = scaled(card.unitPriceCny, 6);
    const each = price * scaled(card.discount, 4);
    figures.value += net * each;
    figures.grossValue += gross * each;
    out.priced = true;
    out.value += net * each;
    out.gross += gross * each;
    if (effective) {
      out.publicPrice += net * price;
      out.effectivePriced = true;
    }
  }
  return out;
}
