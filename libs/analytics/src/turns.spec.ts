import { setImmediate as nextTurn } from 'node:timers/promises';
import { mappedInTurns } from './turns';

describe('work in turns', () => {
  it('lets others have the event loop while it goes on, and keeps the order of the items', async () => {
    const items = Array.from({ length: 400 }, (_, at) => at);
    let turns = 0;
    let done = false;
    const others = (async () => {
      for (; !done; turns++) await nextTurn();
    })();
    const made = await mappedInTurns(items, (at) => {
      for (const until = performance.now() + 0.25; performance.now() < until;);
      return at * 2;
    });
    done = true;
    await others;
    expect(made).toEqual(items.map((at) => at * 2));
    expect(turns).toBeGreaterThan(3);
  });
});
