import fc from 'fast-check';
import { visitExcess, type VisitCounts } from './visit-excess';

const SEED = 20261122;
/** Geometric decline with honest chance: every next visit is made by half of the viewers. */
const smooth = (n2: number, decline = 0.5): VisitCounts['viewers'] =>
  [0, 1, 2, 3, 4].map((step) => Math.round(n2 * decline ** step)) as unknown as VisitCounts['viewers'];
const shared = (viewers: VisitCounts['viewers'], late: number, even: number): VisitCounts => ({
  viewers,
  late: [viewers[1], viewers[2], viewers[3]].map((n) => Math.round(n * late)) as [number, number, number],
  even: [Math.round(viewers[2] * even), Math.round(viewers[3] * even)],
});

it('a smooth decline is no excess, however steep and however many viewers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 20_000 }), fc.double({ min: 0.3, max: 0.8, noNaN: true }), (n2, decline) => {
      expect(visitExcess(shared(smooth(n2, decline), 0.3, 0.05)).z.score).toBeLessThan(2.5);
    }),
    { seed: SEED },
  );
});

it('the honest ratio of 1.07 is none either', () => {
  const [n2, n3, n4, n5, n6] = smooth(4000);
  const { z, ratio } = visitExcess(shared([n2, n3, Math.round(n4 * 1.07), n5, n6], 0.3, 0.05));
  expect(ratio).toBeCloseTo(1.07, 1);
  expect(z.score).toBeLessThan(1);
});

it('viewers lifted from three to four are an excess, more so when they come late in the month and in equal steps', () => {
  const [n2, n3, n4, n5, n6] = smooth(480);
  const lifted: VisitCounts['viewers'] = [n2, n3 - 40, n4 + 60, n5, n6];
  const plain = visitExcess(shared(lifted, 0.3, 0.05));
  expect(plain.excess).toBeGreaterThan(45);
  expect(plain.z.count).toBeGreaterThan(3);
  const told = shared(lifted, 0.3, 0.05);
  const late = visitExcess({ ...told, late: [told.late[0], told.late[1] + 40, told.late[2]] });
  expect(late.z.score).toBeGreaterThan(plain.z.score);
  expect(visitExcess({ ...told, even: [told.even[0] + 40, told.even[1]] }).z.even).toBeGreaterThan(plain.z.even + 3);
});

it('late visits alone, without more viewers at four, say nothing', () => {
  const told = shared(smooth(800), 0.3, 0.05);
  expect(visitExcess({ ...told, late: [told.late[0], told.viewers[2], told.late[2]] }).z.score).toBeLessThan(1.5);
});

it('of nobody nothing is expected', () => {
  const { excess, z, ratio } = visitExcess({ viewers: [0, 0, 0, 0, 0], late: [0, 0, 0], even: [0, 0] });
  expect({ excess, ratio }).toEqual({ excess: 0, ratio: null });
  expect(Number.isFinite(z.score)).toBe(true);
});
