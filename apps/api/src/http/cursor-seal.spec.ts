import { CursorSeal } from './cursor-seal';

const seal = new CursorSeal(Buffer.alloc(32, 7));

describe('cursors of lists', () => {
  it('open for whoever got them', () => {
    for (const cursor of ['', 'ZG91eWluL2Ew', 'x'.repeat(1_500)]) expect(seal.open(seal.seal(cursor, 'ann'), 'ann')).toBe(cursor);
  });

  it('open for nobody else, nor changed, cut or made up, nor under another key', () => {
    const sealed = seal.seal('ZG91eWluL2Ew', 'ann');
    const wrong = [sealed.slice(1), sealed.slice(0, -1), `${sealed}x`, 'ZG91eWluL2Ew', '', 'é', 'é'.repeat(16), 'x'.repeat(16)];
    for (const text of wrong) expect(() => seal.open(text, 'ann')).toThrow('not one that a page gave you');
    expect(() => seal.open(sealed, 'bob')).toThrow('not one that a page gave you');
    expect(() => new CursorSeal(Buffer.alloc(32, 8)).open(sealed, 'ann')).toThrow('not one that a page gave you');
  });

  it('are sealed at the top of an answer and one list deeper; rows, dates and streams are left alone', () => {
    const at = new Date(0);
    const answer = {
      rows: [{ nextCursor: 'row' }],
      nextCursor: 'a',
      result: { rows: { nextCursor: 'b', total: 3 }, nextCursor: null },
      at,
    };
    const sealed = seal.sealed(answer, 'ann') as typeof answer;
    expect([seal.open(sealed.nextCursor, 'ann'), seal.open(sealed.result.rows.nextCursor, 'ann')]).toEqual(['a', 'b']);
    expect([sealed.rows, sealed.result.nextCursor, sealed.result.rows.total, sealed.at]).toEqual([answer.rows, null, 3, at]);
    expect(seal.sealed('text', 'ann')).toBe('text');
    expect(seal.sealed(null, 'ann')).toBeNull();
  });
});
