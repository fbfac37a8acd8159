import fc from 'fast-check';
import { packRows, unpackRows } from './packed';

const text = fc.record({ zh: fc.constantFrom('未知', '无', ''), en: fc.constantFrom('unknown', 'none') });
const plain = fc.oneof(
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  text,
);
const value = fc.oneof(
  plain,
  fc.array(plain, { maxLength: 3 }),
  fc.record({ part: plain, more: fc.array(text, { maxLength: 2 }) }, { requiredKeys: [] }),
);
const rows = fc.array(fc.dictionary(fc.constantFrom('name', 'rank', 'reasons', 'parts', '0', 'zh'), value), { maxLength: 12 });
const overJson = <Value>(given: Value) => JSON.parse(JSON.stringify(given)) as Value;

describe('packed rows', () => {
  it('say what the rows say as JSON, whole or in pieces', () =>
    fc.assert(
      fc.property(rows, fc.nat(12), (given, cut) => {
        const packed = overJson(packRows(given));
        expect(unpackRows(packed)).toEqual(overJson(given));
        expect([...unpackRows(packed, 0, cut), ...unpackRows(packed, cut)]).toEqual(overJson(given));
      }),
    ));
  it('a text that many rows share is carried once', () => {
    const many = Array.from({ length: 500 }, (_, at) => ({
      name: `n${at}`,
      reasons: { rank: { zh: '上一周期未排名。', en: 'It was unranked in the period before.' } },
    }));
    const packed = packRows(many);
    expect(packed.texts).toHaveLength(1);
    expect(JSON.stringify(packed).length * 4).toBeLessThan(JSON.stringify(many).length);
  });
  it('fields for later say the same when they are looked at, once, and are the same thing then', () =>
    fc.assert(
      fc.property(rows, (given) => {
        const packed = overJson(packRows(given));
        const later = unpackRows<Record<string, unknown>>(packed, 0, given.length, new Set(['reasons', 'parts']));
        for (const [at, row] of (overJson(given) as Record<string, unknown>[]).entries())
          for (const field of ['name', 'rank', 'reasons', 'parts', '0', 'zh']) {
            expect(later[at][field]).toEqual(row[field]);
            expect(later[at][field]).toBe(later[at][field]);
          }
      }),
    ));
  it('fields that nobody wants are left out, wherever they stand, and nothing else', () => {
    const given = [
      { rank: 1, exact: '1/2', parts: [{ exact: '3/4', reasons: { exact: 1, zh: 'a' } }] },
      { exact: null, name: 'b' },
    ];
    expect(unpackRows(overJson(packRows(given, new Set(['exact']))))).toEqual([
      { rank: 1, parts: [{ reasons: { zh: 'a' } }] },
      { name: 'b' },
    ]);
  });
  it('a row of no known shape is no row', () => expect(() => unpackRows({ shapes: [], texts: [], rows: [[3, 'x']] })).toThrow(RangeError));
});
