import { drawsOf } from '../../../../../test/support/honest-accounts';
import { DEFAULT_POLICY } from '@app/contracts';
import { thresholdSince } from './network-bunching';
import { networkPile, pileAt, pileJump } from './piles';

const WIDTHS = { band: 3, around: 12 };
const bunching = (lengths: readonly number[], threshold: number) => pileAt(lengths, threshold, WIDTHS);

describe('bunching just above a threshold', () => {
  it('lengths that do not know the threshold do not bunch', () => {
    const { uniform } = drawsOf(3);
    const scores = Array.from(
      { length: 300 },
      () =>
        bunching(
          Array.from({ length: 60 }, () => 10 + 50 * uniform()),
          30,
        )!.score,
    );
    expect(scores.filter((score) => score > 3.5).length).toBeLessThan(9);
  });

  it('twenty broadcasts that end at the threshold stand out', () => {
    const lengths = [...Array.from({ length: 20 }, (_, at) => 30 + (at % 3)), ...Array.from({ length: 20 }, (_, at) => 20 + at)];
    expect(bunching(lengths, 30)!.score).toBeGreaterThan(5);
  });

  it('too few lengths around the threshold tell nothing', () => {
    expect(bunching([31, 32, 90, 120], 30)).toBeNull();
    expect(bunching([], 30)).toBeNull();
  });
});

describe('a whole network at a threshold', () => {
  const { uniform, normal } = drawsOf(7);
  const honest = (count: number): number[] => Array.from({ length: count }, () => 60 + 40 * uniform() + 15 * normal());
  const planned = (count: number): number[] => Array.from({ length: count }, () => 90 + 2.9 * uniform());

  it('piles up where the threshold is paid for, and nowhere else', () => {
    const lengths = [...honest(2000), ...planned(120)];
    expect(networkPile(lengths, 90, WIDTHS)!.strength).toBeGreaterThan(0.99);
    expect(networkPile(lengths, 70, WIDTHS)!.strength).toBeLessThan(0.95);
    expect(networkPile(honest(2000), 90, WIDTHS)!.strength).toBeLessThan(0.98);
    expect(networkPile([90, 91], 90, WIDTHS)).toBeNull();
  });

  it('a pile that came with the policy is a jump; one that was always there is none', () => {
    const pileOf = (lengths: number[]) => pileAt(lengths, 90, WIDTHS);
    expect(pileJump(pileOf(honest(1500)), pileOf([...honest(1500), ...planned(90)]))!).toBeGreaterThan(3);
    expect(Math.abs(pileJump(pileOf([...honest(1500), ...planned(90)]), pileOf([...honest(1500), ...planned(90)]))!)).toBeLessThan(2.5);
    expect(pileJump(null, pileOf(honest(1500)))).toBeNull();
  });

  it('a threshold begins with the policy that changed it, not with one that kept it', () => {
    const policy = (fromMonth: string, cadenceMinSessionMinutes: number) => ({ ...DEFAULT_POLICY, fromMonth, cadenceMinSessionMinutes });
    const policies = [policy('2026-09', 60), policy('2026-07', 30), policy('2026-11', 60)];
    expect(thresholdSince(policies, 60, 'Asia/Shanghai')).toBe(Date.parse('2026-08-31T16:00:00Z'));
    expect(thresholdSince(policies.slice(1, 2), 30, 'Asia/Shanghai')).toBeNull();
  });
});
