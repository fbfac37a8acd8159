import fc from 'fast-check';
import type { ColumnType, ColumnValue, FactRow } from '../fact-table';
import { BlockEncoder, UnencodableRow, encodeBlocks } from './block-encoder';
import { scaledDecimal } from './column-buffer';

const ALL_TYPES: Record<string, ColumnType> = {
  small: 'UInt8',
  number: 'UInt32',
  key: 'UInt64',
  ratio: 'Float64',
  day: 'Date',
  at: 'DateTime64(3)',
  text: 'String',
  word: 'LowCardinality(String)',
  amount: 'Decimal(18, 4)',
  maybe: 'Nullable(UInt64)',
  ended: 'Nullable(DateTime64(3))',
};
const encoded = (columns: Record<string, ColumnType>, rows: FactRow[]): Buffer => {
  const encoder = new BlockEncoder(columns);
  for (const row of rows) encoder.append(row);
  return Buffer.concat(encoder.take());
};
/** What follows the names of a block with one column. */
const body = (column: string, type: ColumnType, values: ColumnValue[]): Buffer =>
  encoded(
    { [column]: type },
    values.map((value) => ({ [column]: value })),
  ).subarray(1 + (values.length > 16_383 ? 3 : values.length > 127 ? 2 : 1) + 1 + column.length + 1 + type.length);

const row = fc.record({
  small: fc.nat(255),
  number: fc.nat(0xffffffff),
  key: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.maxSafeNat(), fc.maxSafeNat().map(String)),
  ratio: fc.double({ noNaN: true, noDefaultInfinity: true }),
  day: fc.constantFrom('1970-01-01', '2026-10-31', '2149-06-06'),
  at: fc.integer({ min: -1e12, max: 4e12 }),
  text: fc.string({ unit: 'grapheme', maxLength: 90 }),
  word: fc.constantFrom('', 'a', '推荐', 'x'.repeat(200)),
  amount: fc.constantFrom('0.0001', '-12.3', 7n, 5.5),
  maybe: fc.option(fc.maxSafeNat()),
  ended: fc.option(fc.integer({ min: 0, max: 4e12 })),
});
const BAD: [column: string, value: unknown][] = [
  ['small', 256],
  ['number', 1.5],
  ['number', null],
  ['key', -1n],
  ['key', 2n ** 64n],
  ['key', 'not a number'],
  ['ratio', Number.NaN],
  ['day', 'yesterday'],
  ['at', 0.5],
  ['text', null],
  ['text', { toString: () => 'somebody' }],
  ['word', undefined],
  ['amount', '0.00001'],
  ['maybe', 2 ** 54],
  ['ended', 'soon'],
];

describe('a Native block', () => {
  it('of a row that cannot be encoded nothing stays, whichever column refuses it, and the rows around it are as if it had never come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ row, bad: fc.option(fc.constantFrom(...BAD)) }), { minLength: 1, maxLength: 40 }),
        fc.constant(ALL_TYPES),
        (given, columns) => {
          const encoder = new BlockEncoder(columns);
          const kept: FactRow[] = [];
          for (const { row: good, bad } of given) {
            if (bad)
              expect(() => encoder.append({ ...good, word: 'only in a bad row', [bad[0]]: bad[1] } as FactRow)).toThrow(UnencodableRow);
            else {
              encoder.append(good);
              kept.push(good);
            }
          }
          expect(encoder.rows).toBe(kept.length);
          expect(Buffer.concat(encoder.take())).toEqual(kept.length > 0 ? encoded(columns, kept) : Buffer.alloc(0));
        },
      ),
    );
  });

  it('names the column and never the value of what does not fit', () => {
    for (const [column, value] of BAD)
      try {
        encoded(ALL_TYPES, [
          { ...Object.fromEntries(Object.keys(ALL_TYPES).map((name) => [name, 1])), day: '2026-01-01', [column]: value } as FactRow,
        ]);
        throw new Error('taken');
      } catch (error) {
        expect((error as Error).message).toMatch(new RegExp(`^column ${column} (needs a value|cannot hold its value)$`));
      }
  });

  it('instants before and after 1970 and 64-bit keys keep every bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15 / 2, max: 8.64e15 / 2 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (at, key) => {
        expect(body('at', 'DateTime64(3)', [at]).readBigInt64LE()).toBe(BigInt(at));
        expect(body('key', 'UInt64', [key]).readBigUInt64LE()).toBe(key);
        expect([...body('none', 'Nullable(UInt8)', [null, 7])]).toEqual([1, 0, 0, 7]);
      }),
    );
  });

  it('any text has its length in bytes in front, however many rows and bytes there are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { minLength: 1, maxLength: 60 }), (texts) => {
        const bytes = body('text', 'String', texts);
        const read: string[] = [];
        for (let at = 0; at < bytes.length;) {
          let size = 0;
          for (let shift = 0; ; shift += 7) {
            const byte = bytes[at++];
            size += (byte & 127) * 2 ** shift;
            if (byte < 128) break;
          }
          read.push(bytes.subarray(at, at + size).toString('utf8'));
          at += size;
        }
        expect(read).toEqual(texts.map((text) => Buffer.from(text).toString('utf8')));
      }),
    );
  });

  it('places of repeated texts are as wide as their number needs', () => {
    const places = (count: number) => {
      const bytes = body(
        'word',
        'LowCardinality(String)',
        Array.from({ length: count }, (_, at) => `w${at}`),
      );
      return Number(bytes.readBigUInt64LE(8) & 0xffn);
    };
    expect([places(255), places(256), places(65_535), places(65_536)]).toEqual([0, 1, 1, 2]);
  });

  it('a stream of rows becomes blocks of at most 16,384 rows, and the tally tells how many', async () => {
    const columns = { number: 'UInt32' } as const;
    const tally = { rows: 0 };
    const sizes: number[] = [];
    for await (const chunk of encodeBlocks(
      columns,
      Array.from({ length: 40_000 }, (_, number) => ({ number })),
      tally,
    ))
      sizes.push(chunk.length);
    expect(tally.rows).toBe(40_000);
    expect(sizes.filter((size) => size > 100)).toEqual([65_536, 65_536, (40_000 - 32_768) * 4]);
  });

  it('an encoder knows how many bytes wait', () => {
    const encoder = new BlockEncoder({ number: 'UInt32', text: 'String', none: 'Nullable(UInt8)' });
    for (let number = 0; number < 1000; number++) encoder.append({ number, text: 'four', none: null });
    expect(encoder.bytes).toBe(1000 * (4 + 5 + 2));
  });

  it('decimals are exact, and more places than the column has are refused', () => {
    expect([scaledDecimal('0.0001', 4), scaledDecimal('-12.3', 4), scaledDecimal(7n, 4), scaledDecimal('5.10000', 4)]).toEqual([
      1n,
      -123000n,
      70000n,
      51000n,
    ]);
    expect(() => scaledDecimal('0.00001', 4)).toThrow(RangeError);
    expect(() => scaledDecimal('1e3', 4)).toThrow(RangeError);
  });
});
