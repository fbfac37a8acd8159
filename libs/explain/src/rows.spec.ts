import { cutPage, keyAfter, rowsAsked } from './rows';

const cursor = (place: string): string => Buffer.from(place).toString('base64url');

describe('a page of rows', () => {
  it('goes on after the cursor that the page before gave', () => {
    const { page, nextCursor } = cutPage(['7', '18446744073709551615', '9'], 2, (key) => key);
    expect(page).toEqual(['7', '18446744073709551615']);
    expect(keyAfter(rowsAsked({ cursor: nextCursor! }))).toBe('18446744073709551615');
    expect(keyAfter(rowsAsked({}))).toBeUndefined();
  });

  it.each(['a1', '2026-10-01 7', '-1', '18446744073709551616', '1.5', ''])('a cursor of other rows (%s) is refused as input', (place) => {
    expect(() => keyAfter(rowsAsked({ cursor: cursor(place) }))).toThrow(expect.objectContaining({ code: 'bad_input' }));
  });
});
