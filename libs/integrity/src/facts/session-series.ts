import { explainedBy, type Explained } from '../calibration/declared';
import type { Observation, Series } from '../calibration/drift';
import { sizeClassOf } from '../calibration/room-size';
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
    const own = new Map(shapes?.get(key)?.map((shape) => [shape.sessionId, shape]));
    const declared = ownDeclarations(scope, key);
    const longest = longToo ? Infinity : longestComparable(sessions, scope.judgedFrom);
    const comparable = sessions.filter((one) => lengthOf(one) <= longest);
    const crowds = crowdLeeway(comparable, scope.judgedFrom);
    const observations = comparable.flatMap((one) =>
      observed(one, own.get(one.sessionId) ?? null, declared, (session) => measure(session, key)).map((seen) =>
        withCrowd(seen, crowds.get(one.sessionId) ?? 0),
      ),
    );
    const before = sessions.filter(({ from }) => from < scope.judgedFrom);
    return [
      {
        accountKey: key,
        platform,
        size: sizeClassOf(usualViews(before.length > 0 ? before : sessions)),
        areas: areasIn(key),
        observations,
      },
    ];
  });
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

function observed(
  totals: SessionTotals,
  shape: MinuteShape | null,
  declared: readonly DeclaredSpan[],
  measure: (session: MeasuredSession) => (number | null)[],
): Observation[] {
  const session = measured(totals, shape);
  if (session.minutes !== null && session.minutes < LEAST_MINUTES) return [];
  const span = { from: totals.from, to: totals.to ?? totals.from + UNKNOWN_LENGTH_MS };
  const explained = explainedBy(declared, span);
  if (explained.outage) return [];
  const organicViews = organic(totals, explained);
  const values = (totals.views ?? 0) < LEAST_VIEWS && totals.views !== null ? [] : measure({ ...session, organicViews });
  if (!values.some((value) => value !== null)) return [];
  const sized = (totals.paid_views ?? explained.statedViews) !== null;
  return [
    {
      item: totals.sessionId,
      ...span,
      day: totals.day,
      values,
      // bought views of a known number are taken off; nothing else is explained by them
      kinds: explained.kinds.filter((kind) => kind !== 'paid' || !sized),
      declarationIds: explained.declarationIds,
      bought: explained.kinds.includes('paid') ? boughtLeeway(totals, explained) : 0,
    },
  ];
}

const measured = (totals: SessionTotals, shape: MinuteShape | null): MeasuredSession => ({
  totals,
  shape,
  organicViews: totals.views,
  minutes: totals.to === null ? (shape?.span ?? null) : (totals.to - totals.from) / 60_000,
});

/** A public that shows by what it does explains as much as bought views that were declared; both together no more than the larger. */
const withCrowd = (observation: Observation, leeway: number): Observation =>
  leeway <= (observation.bought ?? 0) ? observation : { ...observation, bought: leeway };

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

/** ln((part + 1) ÷ (whole + 1)); null where either is unknown. */
export const logRatio = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || part < 0 || whole < 0 ? null : Math.log((part + 1) / (whole + 1));

/** ln(value + 1); null where unknown or negative. */
export const logOf = (value: number | null): number | null => (value === null || value < 0 ? null : Math.log(value + 1));
