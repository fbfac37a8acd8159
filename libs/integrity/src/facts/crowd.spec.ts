import { honestSessions } from '../../../../test/support/honest-accounts';
import { madeTotals } from '../../../../test/support/made-session-totals';
import { crowdLeeway } from './crowd';

const DAYS = 60;
const DAY_MS = 86_400_000;
const evenings = (seed: number) =>
  honestSessions(seed, { from: 0, days: DAYS + 20 }).map(({ day, peak, ...made }) =>
    madeTotals({ ...made, peak_concurrent: peak, sessionId: `s${day}`, day, from: day * DAY_MS, to: day * DAY_MS + 3_600_000 }),
  );
type Kind = 'views' | 'likes' | 'comments' | 'shares' | 'follows' | 'leads';
/** The last evening with some figures times a factor; some kinds are never told. */
const last = (factors: Partial<Record<Kind, number>>, untold: readonly Kind[] = []): number => {
  const own = evenings(5).map((one) => ({ ...one, ...Object.fromEntries(untold.map((kind) => [kind, null])) }));
  const [before, end] = [own.slice(0, -1), own.at(-1)!];
  const usual = before[9]; // an ordinary evening
  const changed = { ...end };
  for (const kind of ['views', 'likes', 'comments', 'shares', 'follows', 'leads'] as const)
    if (!untold.includes(kind)) changed[kind] = Math.round(usual[kind]! * (factors[kind] ?? 1));
  return crowdLeeway([...before, changed], DAYS * DAY_MS).get(changed.sessionId) ?? 0;
};
const all = (factor: number) => ({ likes: factor, comments: factor, shares: factor, follows: factor, leads: factor });

describe('a crowd that explains what is unusual', () => {
  it('a public that reacts explains four times the views that its reactions would stand for', () => {
    const hit = last({ views: 8, ...all(4) });
    expect(Math.expm1(hit)).toBeGreaterThan(2); // eight times the views with half of the usual reactions
    expect(last({ views: 8, ...all(6) })).toBeGreaterThan(hit);
    expect(last({ views: 500, ...all(400) })).toBeCloseTo(Math.log(10)); // of more than nine views of ten nothing is explained
  });

  it('views that nobody reacts to explain nothing, however many', () => {
    expect(last({ views: 20 })).toBe(0);
  });

  it('one reaction that was bought, or two, are no public', () => {
    expect(last({ views: 3, likes: 10 })).toBe(0);
    expect(last({ views: 3, likes: 10, comments: 10 })).toBe(0);
    // a platform that tells four kinds of a session, or three
    for (const untold of [['leads'], ['leads', 'follows']] as const) {
      expect(last({ views: 3, likes: 10, comments: 10 }, untold)).toBe(0);
      expect(last({ views: 8, ...all(6) }, untold)).toBeGreaterThan(0);
    }
  });

  it('ordinary evenings explain next to nothing', () => {
    const found = Array.from({ length: 20 }, (_, seed) => [...crowdLeeway(evenings(seed + 20), DAYS * DAY_MS).values()]).flat();
    expect(found.filter((leeway) => leeway > 0.5).length).toBeLessThan(0.08 * 20 * (DAYS + 20));
  });

  it('without a history, or with too few kinds of reactions, nothing is explained', () => {
    expect(crowdLeeway(evenings(3).slice(0, 5), DAYS * DAY_MS).size).toBe(0);
    const silent = evenings(3).map((one) => ({ ...one, shares: null, follows: null, leads: -1 }));
    expect(crowdLeeway([...silent.slice(0, -1), { ...silent.at(-1)!, likes: 1e6, comments: 1e6 }], DAYS * DAY_MS).size).toBe(0);
    expect(crowdLeeway([], 0).size).toBe(0);
  });
});
