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
