import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work may hold the event loop, ms: others wait for a request, a timer or a heartbeat meanwhile. */
const HELD_MS = 8;
/** The clock is looked at every so many items. */
const LOOK = 32;

/** Does the work item by item, and gives the event loop to others now and then: what is quick for an account is not for thousands of them. */
export async function inTurns<Item>(items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let since = performance.now();
  let done = 0;
  for (const item of items) {
    work(item);
    if (++done % LOOK !== 0 || performance.now() - since < HELD_MS) continue;
    await nextTurn();
    since = performance.now();
  }
}

/** The same, with what the work makes of each item. */
export async function mappedInTurns<Item, Made>(items: Iterable<Item>, make: (item: Item) => Made): Promise<Made[]> {
  const made: Made[] = [];
  await inTurns(items, (item) => made.push(make(item)));
  return made;
}
