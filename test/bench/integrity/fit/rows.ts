import type { FusionContext, Inorganic, Signal } from '@app/contracts';
import { dayInstant } from '../product/calendar';
import type { SeenSignal, WeekFeatures } from './features';

/** A line of features as the fusion would see it: enough to weigh a week again without its world. */
export interface SeenWeek {
  row: WeekFeatures;
  signals: Signal[];
  context: FusionContext;
}

const WEEK_MS = 7 * 86_400_000;

/** Weeks of worlds, each with the weeks beside it. */
export function seenWeeks(rows: readonly WeekFeatures[]): SeenWeek[] {
  const nameOf = ({ seed, tier, dealer }: WeekFeatures, week: number): string => `${seed} ${tier} ${dealer} ${week}`;
  const all = new Map(rows.map((row) => [nameOf(row, row.week), seenWeek(row)]));
  return rows.map((row) => {
    const own = all.get(nameOf(row, row.week))!;
    const ids = new Set(own.signals.map(({ signalId }) => signalId));
    const beside = [row.week - 1, row.week + 1].map((week) =>
      (all.get(nameOf(row, week))?.signals ?? []).filter(
        ({ signalId, window }) => !ids.has(signalId) && Date.parse(window.to) - Date.parse(window.from) <= WEEK_MS,
      ),
    );
    return { ...own, context: { ...own.context, beside } };
  });
}

function seenWeek(row: WeekFeatures): SeenWeek {
  const views = row.sessions.reduce((sum, one) => sum + one.views, 0);
  const from = dayInstant(row.testFrom + 7 * row.week);
  const context: FusionContext = {
    sessions: row.sessions.length,
    window: { from: new Date(from).toISOString(), to: new Date(from + WEEK_MS).toISOString() },
    reported: { live_view: views, ...(row.tier === 'T3' ? { entries: views } : {}) },
    items: row.sessions.map(({ sessionId, day, views: own }) => ({
      ...{ origin: 'session', item: sessionId, line: 'live_view', day, reported: own },
    })),
    ...(row.tier === 'T3' ? { namedEntries: row.named } : {}),
  };
  return { row, signals: row.signals.map(signalOf), context };
}

function signalOf({ figure, removes, ...signal }: SeenSignal): Signal {
  const label = { zh: '', en: '' };
  const figures =
    figure === null ? [] : [{ name: figure, label, value: null, ownReference: null, peerReference: null, honestQuantile: null }];
  return {
    ...signal,
    ...{ version: 0, dealerId: null },
    evidence: { text: label, figures, removes: removes.map(removedOf), sql: '', parameters: {}, sqlHash: '' },
  };
}

const OF = { platform: 'douyin', accountId: '' } as const;

function removedOf(one: SeenSignal['removes'][number]): Inorganic {
  const { low, high } = one;
  if (one.kind === 'entries') return { kind: 'entries', ...OF, count: one.amount, low, high, sql: '', parameters: {} };
  const { item, line, day, measure, amount: units } = one;
  return { kind: 'units', ...OF, origin: item === null ? null : 'session', item, line, day, measure, units, low, high };
}
