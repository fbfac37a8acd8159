import fc from 'fast-check';
import { guarded, unguarded } from './formula-guard';

describe('formula guard', () => {
  it('no guarded text runs as a formula, and every text comes back', () => {
    const risky = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', 'a', '观') });
    fc.assert(
      fc.property(fc.oneof(fc.string(), risky), (text) => {
        expect(guarded(text)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(unguarded(guarded(text))).toBe(text);
      }),
    );
  });
});
