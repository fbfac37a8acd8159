import { movedTo } from './tableKeys';

it('keys move among the rows that there are', () => {
  expect(['ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'PageUp'].map((key) => movedTo(key, 15, 40))).toEqual([16, 14, 0, 40, 25, 5]);
  expect(movedTo('ArrowDown', -1, 40)).toBe(0);
  expect([movedTo('ArrowDown', 40, 40), movedTo('PageDown', 38, 40), movedTo('ArrowUp', 0, 40), movedTo('PageUp', 3, 40)]).toEqual([
    40, 40, 0, 0,
  ]);
});

it('other keys move nothing', () => {
  for (const key of ['Enter', ' ', 'Escape', 'a', 'toString']) expect(movedTo(key, 3, 9)).toBeNull();
});
