import * as fs from 'node:fs';
import type { DataTier, DetectorFamily, Signal, ValueLine } from '@app/contracts';
import { dayText } from '../product/calendar';
import type { JudgedWeek, NamedTogether } from '../product/findings';

/** What the fusion saw of a week, and the truth: a line of the file that fitting reads. */
export interface WeekFeatures {
  seed: number;
  tier: DataTier;
  inflated: boolean;
  attacks: string[];
  strength: string | null;
  honest: string[];
  /** Of a dealer who cheats, in a week without tampering: neither side of the fit. */
  cheater: boolean;
  surprise: Partial<Record<DetectorFamily, number>>;
  persistence: number;
  beside: number;
  dealer: number;
  week: number;
  /** First test day of the world. */
  testFrom: number;
  sessions: SeenSession[];
  signals: SeenSignal[];
  /** Entries by the set of findings that name them, with how many of them were bought. */
  named: NamedTogether[];
}

/** Reported figures of a session, and how much of its views was bought. */
export interface SeenSession {
  sessionId: string;
  day: string;
  views: number;
  boughtViews: number;
}

/** A signal without what shows it. */
export interface SeenSignal extends Pick<Signal, 'signalId' | 'detector' | 'family' | 'strength' | 'dataTier' | 'subject' | 'window'> {
  figure: string | null;
  removes: (
    | { kind: 'units'; line: ValueLine; item: string | null; day: string; measure?: string; amount: number; low: number; high: number }
    | SeenList
  )[];
}
interface SeenList {
  kind: 'entries';
  amount: number;
  low: number;
  high: number;
}

export function appendFeatures(file: string, judged: readonly JudgedWeek[], of: { seed: number; tier: DataTier; testFrom: number }): void {
  const rows = judged.map(({ week, fusion, signals, named = [] }): WeekFeatures => {
    const { injection, honest } = week.dealer;
    return {
      ...of,
      inflated: week.inflated,
      attacks: injection?.attacks ?? [],
      strength: injection?.strength ?? null,
      honest,
      cheater: injection !== null,
      surprise: Object.fromEntries(fusion.families.map(({ family, surprise }) => [family, surprise])),
      persistence: fusion.persistence.share,
      beside: fusion.beside.share,
      dealer: week.dealer.dealer,
      week: week.week,
      sessions: week.sessions.map(({ sessionId, day, views }) => ({
        ...{ sessionId, day: dayText(day), views },
        boughtViews: injection?.sessions.get(sessionId)?.views ?? 0,
      })),
      signals: signals.map(seen),
      named: [...named],
    };
  });
  fs.appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function seen({ signalId, detector, family, strength, dataTier, subject, window, evidence }: Signal): SeenSignal {
  const removes = (evidence.removes ?? []).map((one): SeenSignal['removes'][number] => {
    const { low, high } = one;
    return one.kind === 'units'
      ? { kind: 'units', line: one.line, item: one.item, day: one.day, measure: one.measure, amount: one.units, low, high }
      : { kind: 'entries', amount: one.count, low, high };
  });
  return { signalId, detector, family, strength, dataTier, subject, window, figure: evidence.figures[0]?.name ?? null, removes };
}
