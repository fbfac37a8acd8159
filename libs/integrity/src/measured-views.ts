import type { InorganicUnits, Signal } from '@app/contracts';
import type { SignalOfAccount } from '@app/database';
import { residualsOf, type Common, type DriftPlan, type Residual, type Series } from './calibration/drift';
import type { GrowthCurve } from './calibration/growth';
import type { DetectorScope, ScannedAccount } from './detector';
import { RATIO_DRIFT, ratioClaims } from './detectors/ratio/own-ratio-drift';
import { LEVEL_DRIFT } from './detectors/shape/season-level';
import { dayText } from './facts/drift-evidence';
import { readSessionTotals } from './facts/session-totals.reader';

/** Families that say that views are inflated, and not by how much. What is said of another line alone (likes, comments) says nothing of views. */
const OF_VIEWS: readonly Signal['family'][] = ['physics', 'ratio', 'shape', 'viewer', 'network'];
/** Nine intervals of ten hold the truth. */
const INTERVAL = 1.64;

/** Excess of the views of a session, as logarithms of (reported ÷ honest) with their spread: by reactions that nobody gave, and by the own level. */
interface MeasuredSession {
  from: number;
  day: number;
  views: number;
  excess: { measure: 'reactions' | 'level'; value: number; spread: number }[];
}

const speaksOfViews = ({ family, evidence }: Signal): boolean =>
  OF_VIEWS.includes(family) && !(evidence.removes ?? []).some((one) => one.kind === 'units' && one.line !== 'live_view');

/**
 * Signals with a measure of how much: detectors say what is strange, and most of them cannot say of how many views. To every finding that speaks of views the excess
 * of its sessions is added, whatever it saw, by the measures of the last full scan; where these are not known nothing is added. A measure is of the session, not of
 * one of its findings: whichever of them is struck or not heard, the others still carry it, and the fusion takes it once (`claimedItems`).
 */
export async function withMeasuredViews<One extends SignalOfAccount>(scope: DetectorScope, signals: readonly One[]): Promise<One[]> {
  const keys = new Set(signals.flatMap((one) => (speaksOfViews(one) && one.accountKey !== null ? [one.accountKey] : [])));
  const accounts = scope.peers.filter(({ key }) => keys.has(key));
  const measured = accounts.length === 0 ? null : await measuredSessions(scope, accounts);
  if (!measured) return [...signals];
  return signals.map((signal) => {
    const own = speaksOfViews(signal) && signal.accountKey !== null ? measured.get(signal.accountKey) : undefined;
    return withOnly(
      signal,
      [...(own ?? [])].flatMap(([sessionId, session]) => (isAbout(signal, sessionId, session) ? unitsOf(signal, sessionId, session) : [])),
    );
  });
}

/** Kept signals may carry measures of another scan: these give way. */
function withOnly<One extends SignalOfAccount>(signal: One, measures: readonly InorganicUnits[]): One {
  const own = signal.evidence.removes ?? [];
  const claimed = own.filter((one) => one.kind === 'entries' || one.measure === undefined);
  if (measures.length === 0 && claimed.length === own.length) return signal;
  return { ...signal, evidence: { ...signal.evidence, removes: [...claimed, ...measures] } };
}

function isAbout({ subject, window }: Signal, sessionId: string, { from }: MeasuredSession): boolean {
  if (subject.kind === 'session') return subject.sessionId === sessionId;
  return subject.kind === 'account' && Date.parse(window.from) <= from && from < Date.parse(window.to);
}

function unitsOf({ subject }: Signal, item: string, { day, views, excess }: MeasuredSession): InorganicUnits[] {
  if (!('accountId' in subject)) return [];
  const { platform, accountId } = subject;
  return excess.map(({ measure, value, spread }) => {
    const of = (shift: number): number => Math.round(views * -Math.expm1(-Math.max(0, shift)));
    const width = INTERVAL * spread;
    return {
      ...{ kind: 'units', platform, accountId, origin: 'session', item, line: 'live_view', day: dayText(day), measure },
      ...{ units: of(value), low: of(value - width), high: of(value + width) },
    };
  });
}

interface Known {
  common: Common;
  learned: unknown;
}

/** What the last full scan has learnt; null: it did not ask the detector. */
const known = (scope: DetectorScope, name: string): Promise<Known | null> =>
  scope.reference<Known>(name, () => Promise.reject(new Error('not learnt'))).catch(() => null);

async function measuredSessions(
  scope: DetectorScope,
  accounts: readonly ScannedAccount[],
): Promise<Map<string, Map<string, MeasuredSession>> | null> {
  const [ratio, level] = [await known(scope, 'drift.ownRatioDrift'), await known(scope, 'drift.seasonLevel')];
  if (!ratio || !level) return null;
  const totals = await readSessionTotals(scope, accounts);
  const sessions = new Map(
    accounts.map(({ key }) => [
      key,
      new Map(
        (totals.get(key) ?? []).flatMap(({ sessionId, from, day, views }) =>
          views === null || from < scope.judgedFrom ? [] : [[sessionId, { from, day, views, excess: [] } as MeasuredSession] as const],
        ),
      ),
    ]),
  );
  const views = ratioClaims(ratio.learned as GrowthCurve).find(({ name }) => name === 'views')!;
  const note = (series: Series, residuals: readonly Residual[], of: (one: Residual) => MeasuredSession['excess'][number] | null): void => {
    for (const residual of residuals) {
      const excess = of(residual);
      if (excess) sessions.get(series.accountKey)?.get(residual.observation.item)?.excess.push(excess);
    }
  };
  const residuals = (plan: DriftPlan, series: Series, common: Common): Residual[] =>
    residualsOf(plan, series, common, { baseEnd: scope.judgedFrom, from: scope.judgedFrom, to: scope.window.to }) ?? [];
  for (const series of await RATIO_DRIFT.read(scope, accounts))
    note(series, residuals(RATIO_DRIFT, series, ratio.common), (one) => {
      const shift = views.effect(one);
      return shift === null ? null : { measure: 'reactions', value: -shift, spread: one.spread[views.feature] };
    });
  for (const series of await LEVEL_DRIFT.read(scope, accounts))
    note(series, residuals(LEVEL_DRIFT, series, level.common), ({ shift: [shift], spread: [spread] }) =>
      shift === null ? null : { measure: 'level', value: shift, spread },
    );
  return sessions;
}
