import { notingUnreadable, readingAnswerOf } from './unreadable';
import { wireCount, wireInstant, wireNumber } from './wire-value';

const noted = async (work: () => void) => (await notingUnreadable(() => Promise.resolve(work()))).unreadable;

describe('a number that came as something else', () => {
  it.each([
    [{ value: 5 }, 'object'],
    [[5], 'list'],
    [true, 'boolean'],
    ['1.2万', 'text'],
  ])('%j is unknown, and noted as %s with the call that brought it', async (value, found) => {
    const unreadable = await noted(() => {
      readingAnswerOf('/first');
      expect([wireNumber(value), wireCount(value)]).toEqual([null, null]);
      readingAnswerOf('/second');
      expect(wireInstant(value)).toBeNull();
    });
    expect(unreadable).toEqual({ endpoint: '/first', found, count: 3 });
  });

  it('numbers, texts of numbers, and what says that there is none are nothing to note', async () => {
    for (const value of [0, 5, '5', ' 7 ', '-1', undefined, null, '', '-', '--']) expect(await noted(() => wireCount(value))).toBeNull();
  });

  it('scopes side by side keep what is theirs; outside of any nothing is noted', async () => {
    wireNumber({});
    const both = await Promise.all([noted(() => wireNumber({})), noted(() => wireNumber(1))]);
    expect(both.map((one) => one?.found ?? null)).toEqual(['object', null]);
  });
});
