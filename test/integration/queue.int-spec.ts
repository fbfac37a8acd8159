import { BullQueueAdapter, type AnyJobHandler } from '@app/queue';
import { openTestStores, type TestStores } from '../support/stores';

describe('jobs on PostgreSQL', () => {
  let stores: TestStores;
  const open: BullQueueAdapter[] = [];
  const queueOf = (): BullQueueAdapter => {
    const queue = new BullQueueAdapter({ redisUrl: null, postgres: stores.instance.postgres });
    open.push(queue);
    return queue;
  };
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.close();
  });
  afterAll(() => stores?.close());

  const round: AnyJobHandler = { name: 'collect-tick', handle: async () => ({}) };
  const pushes: AnyJobHandler = { name: 'process-webhook', handle: async () => ({}) };
  const payload = (accountId: string) => ({ brandId: 1, product: 'douyin-open' as const, accountId, kind: 'videos' as const });

  it('a job that fails once is repeated and gives its result and its progress', async () => {
    const queue = queueOf();
    let tries = 0;
    await queue.start([
      round,
      pushes,
      {
        name: 'collect-stream',
        handle: async ({ accountId }, { progress, attempt }) => {
          tries++;
          await progress({ done: 0, attempt });
          if (tries === 1) throw new Error('not yet');
          return { accountId };
        },
      },
    ]);
    const states: object[] = [];
    const id = await queue.enqueue('collect-stream', payload('0042'));
    await expect(queue.wait('collect-stream', id, (state) => states.push(state))).resolves.toEqual({ accountId: '0042' });
    expect(tries).toBe(2);
  });

  it('a job enqueued while no worker runs is done by the next one, also of another adapter', async () => {
    const first = queueOf();
    const id = await first.enqueue('collect-stream', payload('waits'));
    const second = queueOf();
    await second.start([round, pushes, { name: 'collect-stream', handle: async ({ accountId }) => ({ accountId }) }]);
    await expect(first.wait('collect-stream', id)).resolves.toEqual({ accountId: 'waits' });
  });

  it('what a job throws for good reaches who waits', async () => {
    const queue = queueOf();
    await queue.start([
      round,
      pushes,
      {
        name: 'collect-stream',
        handle: async () => {
          throw new Error('refused by the platform');
        },
      },
    ]);
    const id = await queue.enqueue('collect-stream', payload('x'), { attempts: 1 });
    await expect(queue.wait('collect-stream', id)).rejects.toThrow('refused by the platform');
  });

  it('schedules are replaced as a whole', async () => {
    const queue = queueOf();
    const schedule = (id: string) => ({
      id,
      name: 'collect-tick' as const,
      payload: {},
      cron: '30 10 * * *',
      zone: 'Asia/Shanghai',
    });
    await queue.schedule([schedule('a'), schedule('b')]);
    await queue.schedule([schedule('b'), schedule('c')]);
    expect((await queue.scheduled()).sort()).toEqual(['b', 'c']);
  });
});
