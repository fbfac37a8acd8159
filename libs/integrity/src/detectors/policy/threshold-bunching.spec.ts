import { drawsOf } from '../../../../../test/support/honest-accounts';
import { bunching } from './threshold-bunching';

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
