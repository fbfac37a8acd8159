import fc from 'fast-check';
import { SpillDamaged, SpillHeader, readSpill, spillBytes } from './spill-file';

const header: SpillHeader = { kind: 'facts', table: 'entries', columns: { brand_id: 'UInt32' }, deliveryId: '9007199254740993', rows: 2 };
const body = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }).map((chunks) => chunks.map((chunk) => Buffer.from(chunk)));

describe('a spill file', () => {
  it('comes back as it was written, whatever its bytes', () => {
    fc.assert(
      fc.property(body, (chunks) => {
        expect(readSpill(Buffer.concat(spillBytes(header, chunks)))).toEqual({ header, body: Buffer.concat(chunks) });
      }),
    );
  });

  it('no byte of the head can change unnoticed', () => {
    const whole = Buffer.concat(spillBytes(header, [Buffer.from('body')]));
    for (let at = 0; at < whole.length; at++) {
      const spoiled = Buffer.from(whole);
      spoiled[at] ^= 1;
      expect(() => readSpill(spoiled)).toThrow(SpillDamaged);
    }
  });

  it('with any bit turned, any part cut off or anything added, nothing of it is used', () => {
    fc.assert(
      fc.property(body, fc.nat(), fc.nat(7), fc.constantFrom('turn', 'cut', 'add', 'zero'), (chunks, at, bit, harm) => {
        const whole = Buffer.concat(spillBytes(header, chunks));
        const place = at % whole.length;
        const spoiled = Buffer.from(whole);
        if (harm === 'turn') spoiled[place] ^= 1 << bit;
        if (harm === 'zero') spoiled.fill(0, place);
        const read = () =>
          readSpill(harm === 'cut' ? whole.subarray(0, place) : harm === 'add' ? Buffer.concat([whole, Buffer.from([bit])]) : spoiled);
        if (harm === 'zero' && spoiled.equals(whole)) return;
        expect(read).toThrow(SpillDamaged);
      }),
    );
  });
});
