import fc from 'fast-check';
import { compareDecimals, parseDecimal } from './decimal';
import { inOrder } from './order';

const exact = (a: string, b: string) => compareDecimals(parseDecimal(a)!, parseDecimal(b)!);

describe('order of rows', () => {
  it('is that of the exact figures, also where doubles are equal', () => {
    const figure = fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 9 }))
      .map(([whole, tenth]) => `${whole}.${tenth}`);
    fc.assert(
      fc.property(fc.array(figure), fc.boolean(), (figures, falling) => {
        const found = inOrder(figures, (text) => text, falling);
        expect(found).toEqual([...figures].sort((a, b) => (falling ? exact(b, a) : exact(a, b))));
      }),
    );
    expect(inOrder(['9007199254740993.2', '9007199254740993.1'], (text) => text, false)).toEqual([
      '9007199254740993.1',
      '9007199254740993.2',
    ]);
  });
  it('texts as Chinese readers expect them, unknown last both ways, equal ones as they were', () => {
    expect(inOrder(['长沙', '北京', '安庆'], (text) => text, false)).toEqual(['安庆', '北京', '长沙']);
    const rows = [
      { id: 'a', value: null },
      { id: 'b', value: 1 },
      { id: 'c', value: 1 },
      { id: 'd', value: 2 },
    ];
    const ids = (falling: boolean) => inOrder(rows, ({ value }) => value, falling).map(({ id }) => id);
    expect([ids(true), ids(false)]).toEqual([
      ['d', 'b', 'c', 'a'],
      ['b', 'c', 'd', 'a'],
    ]);
  });
});
