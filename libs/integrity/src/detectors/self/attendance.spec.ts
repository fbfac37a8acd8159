import fc from 'fast-check';
import { attendanceExcess, commonMovement, type Attendance } from './attendance';

/** Fewer and fewer viewers are there ever more often; `prompt`: of the last tenths, who comes at once. */
const room = (regulars: number, more: Partial<Record<number, number>> = {}, sessions = 18): Attendance => {
  const all = Array.from({ length: 10 }, (_, tenths) => Math.round(regulars * 0.45 ** tenths) + (more[tenths] ?? 0));
  return { sessions, all, prompt: all.map((count, tenths) => Math.round(0.1 * (count - (more[tenths] ?? 0))) + (more[tenths] ?? 0)) };
};

it('the same room a month later is no excess, and neither is one that has grown as a whole', () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 5000 }), fc.double({ min: 0.7, max: 1.8, noNaN: true }), (regulars, growth) => {
      expect(attendanceExcess(room(regulars * growth), [room(regulars), room(regulars)])!.score).toBeLessThan(2);
    }),
    { seed: 20261123 },
  );
});

it('twelve accounts that are always there, and were not before, stand out; more so where they come at once', () => {
  const found = attendanceExcess(room(400, { 8: 12 }), [room(400), room(400)])!;
  expect(found.score).toBeGreaterThan(6);
  expect(found).toMatchObject({ promptOnly: true, tenths: 7, count: 12 });
});

it('who was always there is no newcomer: the own history is the measure', () => {
  const staffed = room(400, { 8: 12 });
  expect(attendanceExcess(staffed, [staffed, staffed])!.score).toBeLessThan(1);
});

it('a movement that all rooms share is taken out', () => {
  const moved = commonMovement(Array.from({ length: 9 }, () => [room(800, { 4: 60 }), room(800)] as const));
  expect(moved).toBeGreaterThan(0.2);
  expect(attendanceExcess(room(800, { 4: 60 }), [room(800)], moved)!.score).toBeLessThan(
    attendanceExcess(room(800, { 4: 60 }), [room(800)])!.score,
  );
});

it('too few sessions in the span, or none before, are no answer', () => {
  expect(attendanceExcess(room(400, {}, 5), [room(400)])).toBeNull();
  expect(attendanceExcess(room(400), [room(400, {}, 3)])).toBeNull();
  expect(attendanceExcess(room(400), [])).toBeNull();
  expect(commonMovement([])).toBe(0);
});
