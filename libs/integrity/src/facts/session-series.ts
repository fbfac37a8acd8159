import type { Period } from '@app/contracts';
import { explainedBy, type Explained } from '../calibration/declared';
import type { Observation, Series } from '../calibration/drift';
import { sizeClassOf, type SizeClass } from '../calibration/room-size';
import { median } from '../calibration/robust';
import type { DeclaredSpan, DetectorScope, ScannedAccount } from '../detector';
import { crowdLeeway } from './crowd';
import { type MinuteShape, readMinuteShapes } from './minute-shapes.reader';
import { readSessionTotals, type SessionTotals } from './session-totals.reader';

/** A session as detectors measure it. */
export interface MeasuredSession {
  totals: SessionTotals;
  /** Null: no minutes, or not asked for. */
  shape: MinuteShape | null;
  /** Views without those that the platform or a declaration says were bought; null: views are unknown. */
  organicViews: number | null;
  /** Known length; null: the end is unknown. */
  minutes: number | null;
}

/** Shorter sessions show nothing: three minutes are no broadcast. */
const LEAST_MINUTES = 10;
/** Of fewer views no ratio can be told from chance. */
const LEAST_VIEWS = 10;
/** A broadcast of so many times the usual length, and at least so many minutes, is another kind of broadcast: its own past says nothing of it. */
const MUCH_LONGER = 4;
const LONG_MINUTES = 480;
const UNKNOWN_LENGTH_MS = 3_600_000;
const FEW_ACCOUNTS = 5;

/** The sessions of accounts as series of values; accounts without a session are absent. */
export async function readSessionSeries(
  scope: DetectorScope,
  accounts: readonly ScannedAccount[],
  measure: (session: MeasuredSession, accountKey: string) => (number | null)[],
  { withMinutes = false, longToo = false }: { withMinutes?: boolean; longToo?: boolean } = {},
): Promise<Series[]> {
  const totals = await readSessionTotals(scope, accounts);
  const shapes = withMinutes ? await readMinuteShapes(scope, accounts) : null;
  const areasIn = areasOf(scope);
  return accounts.flatMap(({ key, platform }) => {
    const sessions = totals.get(key) ?? [];
    if (sessions.length === 0) return [];
    const own = shapesById(shapes?.get(key));
    const known = framesOf(scope, key, sessions);
    const observations: Observation[] = [];
    for (const frame of longToo ? known.all() : known.comparable()) {
      const one = observed(frame, own?.get(frame.totals.sessionId) ?? null, (session) => measure(session, key));
      if (one) observations.push(one);
    }
    return [{ accountKey: key, platform, size: known.size, areas: areasIn(key), observations }];
  });
}

/** What is known of a session whatever is measured of it. */
interface Frame {
  totals: SessionTotals;
  span: Period;
  explained: Explained;
  organicViews: number | null;
  kinds: Observation['kinds'];
  /** By declared bought views, or by a public that shows: both together explain no more than the larger. */
  leeway: number;
}

interface Frames {
  size: SizeClass;
  all(): readonly Frame[];
  /** Those that are no longer than the account's history knows. */
  comparable(): readonly Frame[];
}

// asked for by each detector of a scan, of the same sessions: these are read once per scan
const knownFrames = new WeakMap<readonly SessionTotals[], Frames>();
const knownCrowds = new WeakMap<readonly SessionTotals[], Map<string, number>>();
const knownShapes = new WeakMap<readonly MinuteShape[], Map<string, MinuteShape>>();

function framesOf(scope: DetectorScope, accountKey: string, sessions: readonly SessionTotals[]): Frames {
  const known = knownFrames.get(sessions);
  if (known) return known;
  const declared = ownDeclarations(scope, accountKey);
  const before = sessions.filter(({ from }) => from < scope.judgedFrom);
  const longest = longestComparable(sessions, scope.judgedFrom);
  const framed = (some: readonly SessionTotals[]): Frame[] => {
    const crowds = crowdOf(scope, some);
    return some.map((one) => frameOf(one, declared, crowds.get(one.sessionId) ?? 0));
  };
  const frames: Frames = {
    size: sizeClassOf(usualViews(before.length > 0 ? before : sessions)),
    all: once(() => framed(sessions)),
    comparable: once(() =>
      sessions.every((one) => lengthOf(one) <= longest) ? frames.all() : framed(sessions.filter((one) => lengthOf(one) <= longest)),
    ),
  };
  knownFrames.set(sessions, frames);
  return frames;
}

/** What a public explains of the sessions of an account (`crowdLeeway`), by session. */
export function crowdOf(scope: DetectorScope, sessions: readonly SessionTotals[]): Map<string, number> {
  let known = knownCrowds.get(sessions);
  if (!known) knownCrowds.set(sessions, (known = crowdLeeway(sessions, scope.judgedFrom)));
  return known;
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function shapesById(shapes: readonly MinuteShape[] | undefined): Map<string, MinuteShape> | undefined {
  if (!shapes) return undefined;
  let known = knownShapes.get(shapes);
  if (!known) knownShapes.set(shapes, (known = new Map(shapes.map((shape) => [shape.sessionId, shape]))));
  return known;
}

/** Province and city of whoever owns an account at the end of the window, from its GB/T 2260 code. */
export function areasOf(scope: DetectorScope): (accountKey: string) => string[] {
  const codes = new Map(scope.state.placements.filter((one) => one.from < scope.window.to).map((one) => [one.dealerId, one.adcode]));
  return (accountKey) => {
    const code = codes.get(scope.dealerAt(accountKey, scope.window.to - 1) ?? '') ?? '';
    return code.length < 4 ? [] : [code.slice(0, 2), code.slice(0, 4)];
  };
}

/** Declarations of the whole brand move everybody: common movement takes them out, as long as there are peers to see it by. */
export function ownDeclarations(scope: DetectorScope, accountKey: string): DeclaredSpan[] {
  const few = scope.peers.length < FEW_ACCOUNTS;
  return scope.declared(accountKey).filter(({ kind, scope: of }) => of !== 'brand' || kind === 'outage' || few);
}

const usualViews = (sessions: readonly SessionTotals[]): number =>
  median(sessions.map(({ views, unique_viewers: viewers }) => views ?? viewers ?? 0));

const lengthOf = ({ from, to }: SessionTotals): number => (to === null ? 0 : (to - from) / 60_000);

/** Minutes up to which sessions are like those of the history. */
function longestComparable(sessions: readonly SessionTotals[], before: number): number {
  const usual = median(sessions.filter(({ from, to }) => from < before && to !== null).map(lengthOf));
  return Number.isNaN(usual) ? Infinity : Math.max(LONG_MINUTES, MUCH_LONGER * usual);
}

function frameOf(totals: SessionTotals, declared: readonly DeclaredSpan[], crowd: number): Frame {
  const span = { from: totals.from, to: totals.to ?? totals.from + UNKNOWN_LENGTH_MS };
  const explained = explainedBy(declared, span);
  const sized = (totals.paid_views ?? explained.statedViews) !== null;
  return {
    ...{ totals, span, explained, organicViews: organic(totals, explained) },
    // bought views of a known number are taken off; nothing else is explained by them
    kinds: sized ? explained.kinds.filter((kind) => kind !== 'paid') : explained.kinds,
    leeway: Math.max(crowd, explained.kinds.includes('paid') ? boughtLeeway(totals, explained) : 0),
  };
}

function observed(
  { totals, span, explained, organicViews, kinds, leeway }: Frame,
  shape: MinuteShape | null,
  measure: (session: MeasuredSession) => (number | null)[],
): Observation | null {
  const minutes = totals.to === null ? (shape?.span ?? null) : lengthOf(totals);
  if ((minutes !== null && minutes < LEAST_MINUTES) || explained.outage) return null;
  if (totals.views !== null && totals.views < LEAST_VIEWS) return null;
  const values = measure({ totals, shape, organicViews, minutes });
  if (!values.some((value) => value !== null)) return null;
  const { from, to } = span;
  const { sessionId: item, day } = totals;
  return { item, from, to, day, values, kinds, declarationIds: explained.declarationIds, bought: leeway };
}

/** Not more than nine views of ten: of the tenth nothing could be told. */
const MOST_BOUGHT = 0.9;

/** How far values may lie off by declared bought views of a known number: −ln(1 − their share). */
function boughtLeeway({ views, paid_views: paid }: SessionTotals, { statedViews }: Explained): number {
  const known = Math.max(paid ?? 0, statedViews ?? 0);
  return views === null || views === 0 ? 0 : -Math.log(1 - Math.min(MOST_BOUGHT, known / views));
}

function organic({ views, paid_views: paid }: SessionTotals, { statedViews }: Explained): number | null {
  return views === null ? null : Math.max(0, views - Math.max(paid ?? 0, statedViews ?? 0));
}
