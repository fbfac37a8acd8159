import { LOCKS } from './locks';

it('no two works of the product hold the same lock', () => {
  const numbers = Object.values(LOCKS);
  expect(new Set(numbers).size).toBe(numbers.length);
});
