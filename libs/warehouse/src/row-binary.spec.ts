import fc from 'fast-check';
import { encodeRowBinary, scaledDecimal } from './row-binary';

async function bytesOf(columns: Parameters<typeof encodeRowBinary>[0], rows: Parameters<typeof encodeRowBinary>[1]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of encodeRowBinary(columns, rows)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('RowBinary', () => {
  it('any text comes back, with its length in bytes in front', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 50 }), async (texts) => {
        const bytes = await bytesOf(
          { text: 'String' },
          texts.map((text) => ({ text })),
        );
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

  it('instants before and after 1970, and 64-bit keys, keep every bit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -8.64e15 / 2, max: 8.64e15 / 2 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        async (at, key) => {
          const bytes = await bytesOf({ at: 'DateTime64(3)', key: 'UInt64', none: 'Nullable(UInt64)' }, [{ at, key, none: null }]);
          expect([bytes.readBigInt64LE(0), bytes.readBigUInt64LE(8), bytes[16], bytes.length]).toEqual([BigInt(at), key, 1, 17]);
        },
      ),
    );
  });

  it('names the column and never the value of what does not fit', async () => {
    await expect(bytesOf({ dwell: 'UInt32' }, [{ dwell: -1 }])).rejects.toThrow('column dwell cannot hold its value');
    await expect(bytesOf({ dwell: 'UInt32' }, [{ dwell: null }])).rejects.toThrow('column dwell needs a value');
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
