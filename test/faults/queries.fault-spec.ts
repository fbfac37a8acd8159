import { setTimeout as sleep } from 'node:timers/promises';
import { Warehouse } from '@app/warehouse';
import { FAULT_SEED, LONG, pick, seeded, withSeed } from '../support/fault-seed';
import { FaultStores, openFaultStores } from '../support/fault-stores';

interface Tagged {
  tag: string;
  n: string;
  rest: string;
}
/** Blocks of 100 rows so that rows arrive while the query still runs; the padding makes the answer larger than every buffer. */
const TAGGED = `
SELECT {tag: String} AS tag, number AS n, concat({tag: String}, repeat('x', 200)) AS rest
FROM numbers({rows: UInt64})
WHERE ignore(sleepEachRow({pause: Float64})) = 0 AND throwIf(number = {bad: UInt64}, 'made to fail') = 0
SETTINGS max_block_size = 100, max_threads = 1, http_response_buffer_size = 0`;
const NEVER = '18446744073709551615';
const ENDLESS_SECONDS = 600;
const WAIT_MS = 60_000;

describe('queries', () => {
  let stores: FaultStores;
  let warehouse: Warehouse;

  beforeAll(async () => {
    stores = await openFaultStores();
    warehouse = stores.warehouse;
  });
  afterAll(() => stores?.close());

  const running = async (name: string): Promise<number> => {
    const sql = `SELECT count() AS n FROM system.processes WHERE Settings['log_comment'] = {name: String}`;
    return Number((await stores.observer.query<{ n: string }>({ name: 'observer', sql, params: { name } }))[0].n);
  };
  /** The queries may run far longer than this waits: they do not end by themselves. */
  const untilRunning = async (name: string, wanted: (count: number) => boolean) => {
    for (const end = Date.now() + WAIT_MS; !wanted(await running(name)); await sleep(20))
      if (Date.now() > end) throw new Error(`${await running(name)} queries ${name} still run`);
  };
  const tagged = (tag: string, rows: number, more: { bad?: string; pause?: number; name?: string; signal?: AbortSignal } = {}) =>
    warehouse.stream<Tagged>({
      name: more.name ?? tag,
      sql: TAGGED,
      params: { tag, rows, bad: more.bad ?? NEVER, pause: more.pause ?? 0 },
      signal: more.signal,
      maxSeconds: ENDLESS_SECONDS,
    });
  /** Reads all rows and answers how many. */
  const drained = async (rows: AsyncIterator<unknown>): Promise<number> => {
    let count = 0;
    for (let next = await rows.next(); !next.done; next = await rows.next()) count++;
    return count;
  };
  const endless = { name: 'endless', sql: 'SELECT sum(sleepEachRow(0.01)) AS n FROM numbers(100000000) SETTINGS max_block_size = 1' };

  it('a query that runs longer than its time or gives more rows than its limit is an error, never a shorter result', async () => {
    await expect(warehouse.query({ ...endless, maxSeconds: 1 })).rejects.toMatchObject({ name: 'VitrineError' });
    await expect(
      warehouse.query({ name: 'rows', sql: TAGGED, params: { tag: 'a', rows: 5000, bad: NEVER, pause: 0 }, maxRows: 4000 }),
    ).rejects.toMatchObject({ name: 'VitrineError' });
    await expect(drained(tagged('fails-late', 60_000, { bad: '55000' }))).rejects.toMatchObject({ name: 'VitrineError' });
  });

  it('a query whose caller goes away before the first row, between rows or by leaving its loop ends at the server', async () => {
    const before = new AbortController();
    const waiting = warehouse.query({ ...endless, maxSeconds: ENDLESS_SECONDS, signal: before.signal });
    waiting.catch(() => undefined);
    await untilRunning('endless', (count) => count === 1);
    before.abort();
    await expect(waiting).rejects.toThrow();
    await untilRunning('endless', (count) => count === 0);

    const between = new AbortController();
    const rows = tagged('between', 1_000_000, { pause: 0.0005, signal: between.signal });
    await rows.next();
    const rest = drained(rows);
    rest.catch(() => undefined);
    between.abort();
    await expect(Promise.race([rest, sleep(WAIT_MS, 'still reading', { ref: false })])).rejects.toThrow();
    await untilRunning('between', (count) => count === 0);

    for await (const { tag } of tagged('left', 1_000_000, { pause: 0.0005 })) if (tag) break;
    await untilRunning('left', (count) => count === 0);
    await stores.observer.command('SYSTEM FLUSH LOGS');
    const ended = await stores.observer.query<{ name: string; code: string }>({
      name: 'observer',
      sql: `SELECT log_comment AS name, toString(max(exception_code)) AS code FROM system.query_log
            WHERE log_comment IN ('endless', 'between', 'left') AND type = 'ExceptionWhileProcessing' GROUP BY name ORDER BY name`,
    });
    expect(ended.map(({ name }) => name)).toEqual(['between', 'endless', 'left']);
  });

  it('a query whose caller has gone away before it was sent is not sent', async () => {
    const gone = new AbortController();
    gone.abort();
    const answer = warehouse.query({ ...endless, name: 'never-sent', signal: gone.signal, maxSeconds: 120 });
    await expect(Promise.race([answer, sleep(30_000, 'waits', { ref: false })])).rejects.toThrow();
    expect(await running('never-sent')).toBe(0);
  });

  it('callers that go away at any instant, also while their query is being sent, leave no query behind', () =>
    withSeed(async () => {
      const random = seeded(FAULT_SEED);
      const callers = Array.from({ length: LONG ? 300 : 60 }, async () => {
        const gone = new AbortController();
        const answer = warehouse.query({ ...endless, name: 'brief', signal: gone.signal, maxSeconds: ENDLESS_SECONDS });
        setTimeout(() => gone.abort(), random() * 60);
        await expect(answer).rejects.toThrow();
      });
      await Promise.all(callers);
      await untilRunning('brief', (count) => count === 0);
    }));

  it('while every connection is taken by a long query, the one that is left still ends at once', async () => {
    const callers = Array.from({ length: 24 }, () => new AbortController());
    const answers = callers.map(({ signal }) => warehouse.query({ ...endless, name: 'crowd', signal, maxSeconds: ENDLESS_SECONDS }));
    for (const answer of answers) answer.catch(() => undefined);
    await untilRunning('crowd', (count) => count >= 16);
    for (const [at, caller] of callers.entries()) if (at >= 4) caller.abort();
    await untilRunning('crowd', (count) => count <= 4);
    for (const caller of callers) caller.abort();
    await Promise.allSettled(answers);
    await untilRunning('crowd', (count) => count === 0);
  });

  it(
    'under load, with queries killed, aborted, left and failing in the middle, every row that arrives belongs to its request and a whole answer is whole',
    () =>
      withSeed(async () => {
        const random = seeded(FAULT_SEED + 1);
        const outcomes = { whole: 0, broken: 0, left: 0 };
        let foreign = 0;
        const one = async (number: number): Promise<void> => {
          const tag = `request-${number}`;
          const rows = 1 + Math.floor(random() * 12_000);
          const ending = pick(random, ['whole', 'whole', 'whole', 'abort', 'leave', 'kill', 'fail'] as const);
          const stopAt = Math.floor(random() * rows);
          const gone = new AbortController();
          let got = 0;
          try {
            for await (const row of tagged(tag, rows, {
              bad: ending === 'fail' ? String(stopAt) : NEVER,
              name: tag,
              signal: gone.signal,
            })) {
              if (row.tag !== tag || row.n !== String(got) || row.rest !== tag + 'x'.repeat(200)) foreign++;
              got++;
              if (got === stopAt && ending === 'abort') gone.abort();
              if (got === stopAt && ending === 'kill')
                await stores.observer.command(`KILL QUERY WHERE Settings['log_comment'] = {tag: String} SYNC`, { tag });
              if (got === stopAt && ending === 'leave') break;
            }
            if (got === rows) outcomes.whole++;
            else if (ending === 'leave') outcomes.left++;
            else throw new Error(`${tag} (${ending}) ended as whole after ${got} of ${rows} rows`);
          } catch (error) {
            if (!(error instanceof Error) || error.name !== 'VitrineError') throw error;
            outcomes.broken++;
            if (ending === 'whole' || ending === 'leave') throw error;
          }
        };
        const total = LONG ? 3000 : 150;
        let next = 0;
        await Promise.all(
          Array.from({ length: 24 }, async () => {
            while (next < total) await one(next++);
          }),
        );
        expect(foreign).toBe(0);
        for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(total / 20);
      }),
    600_000,
  );
});
