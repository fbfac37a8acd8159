import { drawsOf } from '../../../../../test/support/honest-accounts';
import type { Residual } from '../../calibration/drift';
import { NO_CURVE, dilutionAt } from '../../calibration/growth';
import { followsOthers, ratioClaims, sharedCurve } from './own-ratio-drift';

const residual = (shift: (number | null)[], spread = 0.1): Residual => ({
  observation: { item: 's', from: 0, to: 1, day: 0, values: shift, kinds: [], declarationIds: [] },
  shift,
  spread: shift.map(() => spread),
  expected: shift,
  peers: shift,
});
const flat = NO_CURVE;
const scoreOf = (name: string, shift: (number | null)[]) =>
  ratioClaims(flat)
    .find((claim) => claim.name === name)!
    .score(residual(shift));

describe('drift of own ratios', () => {
  it('views that nobody reacts to lower all ratios; the claim of views sees it, that of likes does not', () => {
    const diluted = [-0.34, -0.34, -0.34, -0.34, -0.34, 0.34];
    expect(scoreOf('views', diluted)).toBeGreaterThan(3);
    expect(scoreOf('likes', diluted)).toBeCloseTo(0);
  });

  it('bought likes raise likes apart from the others', () => {
    const liked = [0.34, 0, 0, 0, 0, 0];
    expect(scoreOf('likes', liked)).toBeGreaterThan(2);
    expect(scoreOf('comments', liked)).toBeLessThan(0);
  });

  it('an unknown figure leaves the others to speak, and one ratio alone is no shared shift', () => {
    expect(scoreOf('views', [-0.4, null, -0.4, null, null, 0.4])).toBeGreaterThan(2);
    expect(scoreOf('views', [-0.4, null, null, null, null, 0.4])).toBeNull();
    expect(scoreOf('likes', [null, 0, 0, 0, 0, 0])).toBeNull();
  });

  it('growth is allowed the dilution that it brings to honest accounts', () => {
    const { normal } = drawsOf(5);
    const trial = Array.from({ length: 2000 }, () => {
      const growth = 0.5 * normal();
      const shared = -0.3 * growth + 0.02 * normal();
      return residual([shared, shared, shared, shared, shared, growth]);
    });
    const claim = ratioClaims(sharedCurve(trial)).find(({ name }) => name === 'views')!;
    const hit = residual([-0.3, -0.3, -0.3, -0.3, -0.3, 1]);
    expect(claim.score(hit)!).toBeLessThan(1.5);
    expect(scoreOf('views', [-0.3, -0.3, -0.3, -0.3, -0.3, 1])).toBeGreaterThan(2.5);
  });

  it('a hit beyond all that was seen is allowed the dilution of the last step on, never all of it', () => {
    const curve = { growth: [0, 1], shift: [0, -0.2], noise: [1, 2] };
    expect(dilutionAt(curve, 2)).toEqual({ shift: -0.4, noise: 2 });
    expect(dilutionAt(curve, 0.5)).toEqual({ shift: -0.1, noise: 1.5 });
    expect(dilutionAt({ ...curve, shift: [0, -1] }, 2).shift).toBeCloseTo(-1.6);
    expect(dilutionAt(curve, -1).shift).toBeCloseTo(0.2);
  });

  it('too few sessions teach nothing about growth', () => {
    expect(sharedCurve([residual([0, 0, 0, 0, 0, 1])])).toEqual(flat);
    expect(sharedCurve([])).toEqual(flat);
  });

  it('a ratio that goes with the others is measured beside them, one of its own is not made noisier by them', () => {
    const { normal } = drawsOf(9);
    const trial = Array.from({ length: 800 }, () => {
      const mood = 0.1 * normal();
      const [likes, comments] = [0.1 * normal(), mood + 0.01 * normal()];
      return residual([likes, comments, mood, mood, mood, 0]);
    });
    const follows = followsOthers(trial);
    expect(follows[0]).toBeLessThan(0.15);
    expect(follows[1]).toBeGreaterThan(0.8);
    const liked = residual([0.34, 0.2, 0.2, 0.2, 0.2, 0]);
    const scoreBy = (lessons: Parameters<typeof ratioClaims>[0]) =>
      ratioClaims(lessons)
        .find(({ name }) => name === 'likes')!
        .score(liked)!;
    expect(scoreBy({ ...flat, follows })).toBeGreaterThan(2 * scoreBy(flat));
    expect(followsOthers(trial.slice(0, 20))).toEqual([1, 1, 1, 1, 1]); // too few teach nothing
  });
});
