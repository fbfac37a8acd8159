import { addDays, dayStart, type CoverageGap, type CoveredKind, type GapCause, type GapReason, type GrantProduct } from '@app/contracts';
import { refusalReason, type Refusal } from './refusal-reason';

/** A cause for which tries failed on a business day, with its latest failure. Instants epoch ms. */
export interface TroubleDay extends Refusal {
  day: string;
  lastAt: number;
}

/** A permission through which a kind of an account comes. Instants epoch ms. */
export interface StreamGrant {
  product: GrantProduct;
  grantedOn: string;
  revokedAt: number | null;
  revokedCode: string | null;
  /** From then on nothing can be asked for; null: not known to end. */
  endsAt: number | null;
}

/** All that is known of why days of one kind of one account are missing. */
export interface GapEvidence {
  kind: CoveredKind;
  zone: string;
  now: number;
  /** Ascending by the last failure. */
  trouble: readonly TroubleDay[];
  grants: readonly StreamGrant[];
  lastSuccessAt: number | null;
  /** Days that were looked at and are not final, with the instant of the latest look. */
  unfinished: ReadonlyMap<string, number>;
  /** A later reading tells so many days before it as well; 0: only its own day. */
  tellsDaysBack: number;
}

/** Missing days with one reason: `from` ≤ day < `to`. */
export type Gap = Pick<CoverageGap, 'from' | 'to' | 'days' | 'reason' | 'code' | 'product' | 'also'>;
type Cause = GapCause & Pick<Gap, 'also'>;

const HOUR = 3_600_000;
/** Nobody asks for them: a feed brings them, or does not. */
const BY_FEED: ReadonlySet<CoveredKind> = new Set(['minutes', 'entries']);
/** Hours after a day's end until when its reading may take, in ordinary times: tables of the day before, figures that must become final. */
const DUE_HOURS: Readonly<Record<CoveredKind, number>> = { sessions: 14, videos: 0, followers: 14, leads: 14, minutes: 14, entries: 0 };
/** A day whose figures are not final by then is given up (docs/adr/0021). */
const PATIENCE_DAYS = 14;
/** The platforms' tables are whole from so many days after the first authorisation on. */
const FIRST_DAYS = 2;

const plain = (reason: GapReason): Cause => ({ reason, code: null, product: null });
const told = (refusal: Refusal): GapCause => ({ reason: refusalReason(refusal), code: refusal.code, product: refusal.product });
const isSame = (a: GapCause, b: GapCause): boolean => a.reason === b.reason && a.code === b.code && a.product === b.product;

/** A failure, with the other causes of the same day. */
function toldWithOthers(decisive: TroubleDay, trouble: readonly TroubleDay[]): Cause {
  const cause = told(decisive);
  return { ...cause, ...others(cause, trouble.filter(({ day }) => day === decisive.day).map(told)) };
}

/** Causes beside the first, each once. */
function others(first: GapCause, causes: readonly GapCause[]): Pick<Cause, 'also'> {
  const also = causes.filter((one, at) => !isSame(one, first) && causes.findIndex((before) => isSame(before, one)) === at);
  return also.length > 0 ? { also } : {};
}

/** Every business day of `from` ≤ day < `to`. */
export function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The expected days (ascending) that did not arrive, those in a row with one cause together. */
export function gapsOf(expected: readonly string[], received: ReadonlySet<string>, evidence: GapEvidence): Gap[] {
  const gaps: Gap[] = [];
  for (const day of expected) {
    if (received.has(day)) continue;
    const cause = causeOf(day, evidence, received);
    const last = gaps[gaps.length - 1];
    if (last?.to === day && isSame(last, cause)) {
      last.to = addDays(day, 1);
      last.days++;
      Object.assign(last, others(last, [...(last.also ?? []), ...(cause.also ?? [])]));
    } else gaps.push({ from: day, to: addDays(day, 1), days: 1, ...cause });
  }
  return gaps;
}

/** Why one day is missing: what stood in the way the last time that it could have been read. */
function causeOf(day: string, evidence: GapEvidence, received: ReadonlySet<string>): Cause {
  const { kind, now, zone, trouble, unfinished } = evidence;
  const looked = unfinished.get(day);
  const decisive = lastTrouble(day, evidence);
  const end = endOfGrants(evidence);
  if (looked !== undefined && (!decisive || decisive.lastAt <= looked)) {
    const givenUpAt = dayStart(addDays(day, PATIENCE_DAYS), zone);
    if (end && end.at > looked && end.at < givenUpAt) return end.cause;
    return plain(now >= givenUpAt ? 'never-ready' : 'not-ready');
  }
  if (laterToldWithoutIt(day, evidence, received)) return plain('never-served');
  const hasEnded = end !== null && end.at < firstReadableBy(day, evidence);
  // what failed before the end could have been tried again
  if (decisive && !(hasEnded && end.at > decisive.lastAt)) return toldWithOthers(decisive, trouble);
  if (hasEnded) return end.cause;
  if (now < dayStart(addDays(day, 1), zone) + DUE_HOURS[kind] * HOUR) return plain('not-yet');
  if (isFirstDay(day, evidence)) return plain('not-ready');
  const before = trouble.findLast((one) => one.day < day);
  // nothing has succeeded since: the same still stands in the way
  if (before && (evidence.lastSuccessAt === null || evidence.lastSuccessAt < before.lastAt)) return toldWithOthers(before, trouble);
  if (kind === 'followers' && (evidence.lastSuccessAt ?? -Infinity) >= dayStart(addDays(day, 1), zone) && evidence.tellsDaysBack > 0)
    return plain('never-served');
  return plain(BY_FEED.has(kind) ? 'never-served' : 'not-tried');
}

/** The last failure at a time when the day could be read. */
function lastTrouble(day: string, { kind, trouble, tellsDaysBack }: GapEvidence): TroubleDay | undefined {
  if (kind === 'sessions' || kind === 'leads' || kind === 'minutes') return trouble.findLast((one) => one.day >= day);
  const until = addDays(day, tellsDaysBack);
  return trouble.findLast((one) => one.day >= day && one.day <= until);
}

/** A series that tells a later day tells the days before as well, if it has them. */
function laterToldWithoutIt(day: string, { kind, tellsDaysBack }: GapEvidence, received: ReadonlySet<string>): boolean {
  if (kind !== 'followers') return false;
  // half of its reach: the longest series is not always asked for
  for (let back = 1; back <= Math.floor(tellsDaysBack / 2); back++) if (received.has(addDays(day, back))) return true;
  return false;
}

/** The instant (epoch ms) from which on nothing could be asked for: all permissions have ended, and the one that ended last tells how. */
function endOfGrants({ grants, kind, now }: GapEvidence): { at: number; cause: Cause } | null {
  if (grants.length === 0) return BY_FEED.has(kind) ? null : { at: -Infinity, cause: plain('revoked') };
  const ends = grants.map((grant) => ({ grant, at: Math.min(grant.revokedAt ?? Infinity, grant.endsAt ?? Infinity) }));
  const { grant, at } = ends.reduce((latest, one) => (one.at > latest.at ? one : latest));
  return at > now ? null : { at, cause: { reason: 'revoked', code: grant.revokedCode, product: grant.product } };
}

/** By when, in ordinary times, a day has been read: its own end, or the next day's hours where only the next day tells it. */
function firstReadableBy(day: string, { kind, zone, tellsDaysBack }: GapEvidence): number {
  const isToldNextDay = kind === 'sessions' || kind === 'leads' || (kind === 'followers' && tellsDaysBack > 0);
  return dayStart(addDays(day, 1), zone) + (isToldNextDay ? DUE_HOURS[kind] * HOUR : 0);
}

/** The days of the authorisation itself, of which platforms tell nothing, or not all. */
function isFirstDay(day: string, { grants }: GapEvidence): boolean {
  return (
    grants.some(({ grantedOn }) => day >= grantedOn && day < addDays(grantedOn, FIRST_DAYS)) &&
    grants.every(({ grantedOn }) => day < addDays(grantedOn, FIRST_DAYS))
  );
}
