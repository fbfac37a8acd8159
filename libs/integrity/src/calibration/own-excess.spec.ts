import { judgeShares, shareReference, type SharedPart } from './own-excess';
import { sizedTails, withoutFar } from './size-class';

/** Numbers in [0, 1), always the same. */
function seeded(state: number): () => number {
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
const random = seeded(3);
const room = (account: string, usual: number, sessions = 40): SharedPart[] =>
  Array.from({ length: sessions }, () => ({ account, size: 400, share: Math.max(0, usual + 0.02 * (random() - 0.5)), past: false }));
const rooms = Array.from({ length: 30 }, (_, at) => room(`${at}`, 0.02 + 0.01 * (at % 5))).flat();

it('a room is judged by its own habit: what is usual there is nothing, the same elsewhere is much', () => {
  const habit = room('habit', 0.3);
  const reference = shareReference([...rooms, ...habit]);
  const odd = { account: '3', size: 400, share: 0.3, past: false };
  const judged = judgeShares([...rooms, ...habit, odd], reference);
  expect(judged.at(-1)!.strength).toBeGreaterThan(0.999);
  expect(judged.at(-1)!.usual).toBeCloseTo(0.05, 1);
  const strong = judged.slice(rooms.length, -1).filter(({ strength }) => strength > 0.99);
  expect(strong.length).toBeLessThanOrEqual(1);
});

it('what is usual is what was, however many evenings are inflated since', () => {
  const inflated = Array.from({ length: 50 }, () => ({ account: '3', size: 400, share: 0.25, past: false }));
  const before = rooms.map((part) => ({ ...part, past: true }));
  const judged = judgeShares([...before, ...inflated], shareReference([...before, ...inflated]));
  expect(judged.slice(rooms.length).every(({ strength, usual }) => strength > 0.98 && usual < 0.1)).toBe(true);
});

it('about one honest session in a hundred reaches .99', () => {
  const judged = judgeShares(rooms, shareReference(rooms));
  expect(judged.filter(({ strength }) => strength >= 0.99).length / rooms.length).toBeLessThan(0.02);
});

it('a constant share is no finding, and a single session says nothing of itself', () => {
  const constant = Array.from({ length: 60 }, (_, at) => ({ account: `${at % 6}`, size: 200, share: 0.1, past: false }));
  expect(Math.max(...judgeShares(constant, shareReference(constant)).map(({ strength }) => strength))).toBeLessThan(0.9);
  const [alone] = judgeShares([constant[0]], shareReference([constant[0]]));
  expect(alone.strength).toBeLessThan(0.9);
});

it('inflated subjects in the reference do not stretch the honest tail', () => {
  const honest = Array.from({ length: 2000 }, () => random() + random() + random());
  const bad = Array.from({ length: 60 }, () => 30 + random());
  const far = withoutFar([...honest, ...bad]);
  expect(Math.max(...far)).toBeLessThan(10);
  const scored = (scores: number[]) => scores.map((score) => ({ size: 500, score }));
  expect(sizedTails(scored([...honest, ...bad])).all.quantiles.at(-1)!).toBeLessThan(4);
});
