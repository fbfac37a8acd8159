import type { BrandState, Signal } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { countNamed, countedOrSupposed } from './named-entries';

// a store that is away at one moment cannot be had otherwise
const away = { query: () => Promise.reject(new Error('away')) } as unknown as Warehouse;
const state = { brand: { brandId: 1 }, declarations: [], ownerships: [] } as unknown as BrandState;
const list = {
  kind: 'entries',
  platform: 'douyin',
  accountId: 'a',
  count: 9,
  low: 1,
  high: 9,
  sql: 'SELECT 1',
  parameters: { account: '5' },
};
const signals = [{ signalId: 's', evidence: { removes: [list] } }] as unknown as Signal[];
const span = { from: 0, to: 1 };

it('whoever decides is told that entries could not be counted: nothing that was supposed is frozen', async () => {
  await expect(countNamed({ warehouse: away, state }, signals, span)).rejects.toThrow('away');
});

it('a case that opens is not lost for it, and somebody hears why', async () => {
  const heard: unknown[] = [];
  const uncounted = (error: unknown) => heard.push((error as Error).message);
  expect(await countedOrSupposed({ warehouse: away, state }, signals, { span, uncounted })).toBeUndefined();
  expect(heard).toEqual(['away']);
});

it('where no finding lists entries nobody is asked', async () => {
  expect(await countNamed({ warehouse: away, state }, [], span)).toBeUndefined();
});

const DAY = 86_400_000;
/** Answers each count with one entry of the first list, and tells of which spans it was asked. */
function counting() {
  const spans: unknown[] = [];
  const query = ({ name, params }: { name: string; params: Record<string, unknown> }) => {
    if (name === 'cases.session-starts') return Promise.resolve([{ sessionId: 'evening', startedAt: '0' }]);
    spans.push([params.from, params.to]);
    return Promise.resolve([{ lists: [0], item: 'evening', entries: '1' }]);
  };
  return { spans, warehouse: { query } as unknown as Warehouse };
}
const signalsOf = (count: number, dayOf: (at: number) => number): Signal[] =>
  Array.from({ length: count }, (_, at) => {
    const parameters = { account: '5', loadFrom: dayOf(at) * DAY, loadTo: (dayOf(at) + 1) * DAY };
    return { signalId: `s${at}`, evidence: { removes: [{ ...list, parameters }] } };
  }) as unknown as Signal[];

it('of more lists than one statement takes the halves of the span are counted apart, each with the lists that reach into it', async () => {
  const { spans, warehouse } = counting();
  const found = await countNamed(
    { warehouse, state },
    signalsOf(100, (at) => at),
    { from: 0, to: 100 * DAY },
  );
  expect(spans).toEqual([
    [0, 50 * DAY],
    [50 * DAY, 100 * DAY],
  ]);
  expect(found?.map(({ signalIds }) => signalIds)).toEqual([['s0'], ['s50']]);
});

it('of too many about one hour nothing is supposed', async () => {
  const named = countNamed(
    { warehouse: counting().warehouse, state },
    signalsOf(201, () => 0),
    { from: 0, to: DAY },
  );
  await expect(named).rejects.toMatchObject({ code: 'unprocessable' });
});
