import { partsOfAccounts } from '@app/analytics';
import { ChangedAccounts, Touched } from './changed-accounts';
import { RememberedParts } from './remembered-parts';

const covered = (horizon: number, version = horizon) => ({
  deliveries: { horizon: String(horizon), open: [] },
  versions: { showroom: BigInt(version) },
});
const touched = (name: string, ...accounts: string[]): Touched => new Map([[name, new Set(accounts)]]);

describe('readings that are remembered in parts', () => {
  let asked: string[][];
  let figures: Record<string, number>;
  let changes: ChangedAccounts;
  let memory: RememberedParts;
  let next: Touched;

  beforeEach(() => {
    asked = [];
    figures = { a: 1, b: 2, c: 3 };
    next = new Map();
    changes = new ChangedAccounts(() => Promise.resolve(next));
    memory = new RememberedParts((after, to, names) => changes.between(after, to, names));
  });

  const recall = async (moment: number, parts = partsOfAccounts(['a', 'b', 'c']), decidedBy: unknown[] = []) =>
    Object.fromEntries(
      await memory.at(moment).recall<number>({
        name: 'figures',
        decidedBy,
        from: ['showroom'],
        parts,
        read: (wanted) => {
          asked.push(wanted);
          const known = wanted.filter((part) => part in figures);
          return Promise.resolve(new Map(known.map((part) => [part, figures[part]])));
        },
      }),
    );

  it('a change of one account makes nothing of the others be read again', async () => {
    expect(await recall(await changes.momentOf(covered(1)))).toEqual({ a: 1, b: 2, c: 3 });
    next = touched('showroom', 'b');
    figures.b = 20;
    expect(await recall(await changes.momentOf(covered(2)))).toEqual({ a: 1, b: 20, c: 3 });
    next = touched('value', 'a');
    expect(await recall(await changes.momentOf(covered(3)))).toEqual({ a: 1, b: 20, c: 3 });
    expect(asked).toEqual([['a', 'b', 'c'], ['b']]);
  });

  it('a part of several accounts is read again when one of them has changed, or another one is among them', async () => {
    figures = { north: 1, south: 2 };
    const parts = new Map([
      ['north', ['a', 'b']],
      ['south', ['c']],
    ]);
    await recall(await changes.momentOf(covered(1)), parts);
    next = touched('showroom', 'b');
    const moment = await changes.momentOf(covered(2));
    await recall(moment, parts);
    await recall(moment, new Map([...parts, ['south', ['c', 'd']]]));
    expect(asked).toEqual([['north', 'south'], ['north'], ['south']]);
  });

  it('that an account has no rows is remembered, too', async () => {
    const moment = await changes.momentOf(covered(1));
    expect(await recall(moment, partsOfAccounts(['a', 'x']))).toEqual({ a: 1 });
    expect(await recall(moment, partsOfAccounts(['a', 'x']))).toEqual({ a: 1 });
    expect(asked).toEqual([['a', 'x']]);
  });

  it('who asks the same at the same moment shares one reading; another question never does', async () => {
    const moment = await changes.momentOf(covered(1));
    await Promise.all([recall(moment), recall(moment), recall(moment, partsOfAccounts(['a']))]);
    await recall(moment, partsOfAccounts(['a']), ['another month']);
    expect(asked).toEqual([['a', 'b', 'c'], ['a']]);
  });

  it('what failed is read again', async () => {
    const moment = await changes.momentOf(covered(1));
    const failing = { name: 'figures', decidedBy: [], from: ['showroom'], parts: partsOfAccounts(['a']) };
    await expect(memory.at(moment).recall({ ...failing, read: () => Promise.reject(new Error('gone')) })).rejects.toThrow('gone');
    expect(await recall(moment, partsOfAccounts(['a']))).toEqual({ a: 1 });
  });

  it('when nobody knows any more what has changed since, everything is read again', async () => {
    await recall(await changes.momentOf(covered(1)));
    for (let at = 2; at < 1010; at++) await changes.momentOf(covered(at));
    await recall(await changes.momentOf(covered(1010)));
    expect(asked).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });
});
