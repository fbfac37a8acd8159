import fc from 'fast-check';
import { KeyCount, piecesOf } from './fact-pieces';

const count = fc.record({
  partition: fc.constantFrom('202610', '202611'),
  brandId: fc.integer({ min: 1, max: 2 }),
  key: fc.integer({ min: 0, max: 99 }),
  rows: fc.integer({ min: 1, max: 50 }),
});
const inTableOrder = (counts: { partition: string; brandId: number; key: number; rows: number }[]): KeyCount[] =>
  [...new Map(counts.map((one) => [`${one.partition} ${one.brandId} ${one.key}`, one])).values()]
    .sort((a, b) => a.partition.localeCompare(b.partition) || a.brandId - b.brandId || a.key - b.key)
    .map(({ partition, brandId, key, rows }) => ({ partition, brandId, key: String(key), rows: String(rows), hash: '0' }));

describe('pieces of a table', () => {
  it('every key is in exactly one piece, and no piece of several keys is too long', () =>
    fc.assert(
      fc.property(fc.array(count), fc.integer({ min: 1, max: 120 }), (given, most) => {
        const counts = inTableOrder(given);
        const pieces = piecesOf(counts, most);
        for (const { partition, brandId, key } of counts) {
          const holding = pieces.filter(
            (piece) =>
              piece.partition === partition &&
              piece.brandId === brandId &&
              Number(piece.from) <= Number(key) &&
              Number(key) <= Number(piece.to),
          );
          expect(holding).toHaveLength(1);
        }
        expect(pieces.reduce((rows, piece) => rows + piece.rows, 0)).toBe(counts.reduce((rows, one) => rows + Number(one.rows), 0));
        for (const piece of pieces) if (piece.from !== piece.to) expect(piece.rows).toBeLessThanOrEqual(most);
      }),
    ));
});
