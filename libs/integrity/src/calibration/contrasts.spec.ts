import { moves, repeated } from './contrasts';
import type { Residual } from './drift';
import { unitScore } from './units';

const evening = (score: number): Residual => ({
  observation: { item: 's', from: 0, to: 1, day: 4, values: [score], kinds: [], declarationIds: [] },
  ...{ shift: [score], spread: [1], expected: [0], peers: [0] },
});
const week = (...scores: number[]) => unitScore({ kind: 'week', week: 1, residuals: scores.map(evening) }, repeated(moves('peak', 0, 1)))!;

it('one evening is not enough, several are', () => {
  expect(week(40, 0, 0, 0)).toBeLessThan(1.3);
  expect(week(40, 12, 9, 11)).toBe(5);
  expect(week(1, -1, 0.5)).toBeCloseTo(0.29, 2);
});
