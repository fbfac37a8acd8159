import { honestTail, scoreAt, strengthOf } from './calibration/tail';
import type { Claim, Unit } from './calibration/units';
import type { Detector, DetectorScope } from './detector';
import { watchedClaims, type ScoredUnits } from './watch';
import { Watching } from './watching';

const TAIL = honestTail(Array.from({ length: 4000 }, (_, at) => at / 1000));
const unit = (item: string, from: number, kind: Unit['kind'] = 'session'): Unit =>
  ({ kind, week: 1, residuals: [{ observation: { item, from } }] }) as unknown as Unit;
const scored = (name: string, scores: number[], more: Partial<ScoredUnits> = {}): ScoredUnits => ({
  ...{ claim: { name } as Claim, kind: 'session', tail: TAIL, past: Array.from({ length: 20 }, (_, at) => at / 10) },
  window: scores.map((score, at) => ({ score, unit: unit(`r${at}`, at * 1000) })),
  ...more,
});

describe('watching a detector', () => {
  it('shows where the subject lies among honest peers and in its own past, the strangest claim first', () => {
    const [first, second, ...rest] = watchedClaims([scored('calm', [0.5]), scored('strange', [0.2, 3.9])]);
    expect(rest).toEqual([]);
    expect([first.claim, second.claim]).toEqual(['strange', 'calm']);
    expect(first.subject.map(({ item, deviation }) => [item, deviation])).toEqual([
      ['r0', 0.2],
      ['r1', 3.9],
    ]);
    expect(first.subject[1].quantile).toBeGreaterThan(0.95);
    expect(first.own).toMatchObject({ count: 20 });
    expect(first.peers!.quantiles.find(({ share }) => share === 0.95)!.deviation).toBeCloseTo(3.8, 1);
  });

  it('of each claim the unit that stands out most; days are no sessions; a short past is no distribution', () => {
    const week = scored('strange', [3], { kind: 'week', past: [1, 2] });
    const day = scored('days', [1], { window: [{ score: 1, unit: unit('2026-10-05', 0) }] });
    const shown = watchedClaims([scored('strange', [1]), week, day, scored('never', [])]);
    expect(shown.map(({ claim, unit: kind }) => [claim, kind])).toEqual([
      ['strange', 'week'],
      ['days', 'session'],
    ]);
    expect(shown.map(({ own, subject }) => [own === null, subject[0].item])).toEqual([
      [true, null],
      [false, null],
    ]);
  });

  it('claims are called by their words; who compares with peers alone shows what they reach, and where its findings lie', async () => {
    const scope = { reference: (_: string, make: () => Promise<unknown>) => make() } as unknown as DetectorScope;
    const title = { zh: '题', en: 'Title' };
    const detector = { name: 'one', title } as Detector;
    const drift = new Watching(scope);
    drift.scope.watch!.judged(watchedClaims([scored('strange', [3])]));
    drift.scope.watch!.called({ strange: { label: { zh: '怪', en: 'Strange' } } });
    expect(drift.distributions(detector, []).map(({ label }) => label.en)).toEqual(['Strange']);

    const peers = new Watching(scope);
    await peers.scope.reference('one', () => Promise.resolve({ tails: { all: TAIL, classes: [] } }));
    await peers.scope.reference('span', () => Promise.resolve({ from: 0 }));
    const signal = { subject: { kind: 'session', sessionId: 'r' }, window: { from: 'x' }, strength: strengthOf(TAIL, 3.5) };
    const [shown, ...rest] = peers.distributions(detector, [signal] as never);
    expect(rest).toEqual([]);
    expect(shown).toMatchObject({ label: title, own: null, subject: [{ item: 'r', deviation: 3.5 }] });
    expect(scoreAt(TAIL, strengthOf(TAIL, 2))).toBeCloseTo(2, 2);
  });
});
