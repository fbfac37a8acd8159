import { createHash } from 'node:crypto';
import type { DataSource, QueryRunner } from 'typeorm';

/**
 * Every advisory lock of the product that has a number: what is held. The other half of a lock says of whom: a brand, where nothing else is said. No
 * number twice, or works that have nothing to do with one another wait for each other.
 */
export const LOCKS = {
  /** Refreshing the rollups of a brand. */
  rollups: 716_501,
  /** Changing the state of a brand. */
  state: 826_410,
  /** Adding to the audit log of a brand. Taken last, after the lock of the state. */
  audit: 826_411,
  /** Closing a month of a brand, from the first figure to the record. */
  close: 826_412,
  /** Settling a month of a brand. */
  settlement: 826_413,
  /** Spending a budget of reveals of a brand. */
  reveal: 826_414,
  /** Draining the spill folder of a machine; of: the folder. */
  drain: 826_415,
  /** Asking a platform for an app token; of: the app. */
  appToken: 826_416,
  /** Making cases of a brand. */
  intake: 826_417,
  /** Removing facts of a brand. */
  removal: 826_418,
  /** Keeping the signals of a brand. */
  signals: 826_419,
  /** Changing the viewer key of a brand. */
  viewerKey: 826_420,
  /** Taking imports of a brand back. */
  undo: 826_421,
  /** Holding entries that a scan has read; of: the scan. */
  staging: 826_422,
} as const;

/** What is held, and of whom (a number of 32 bits). */
export interface Hold {
  lock: keyof typeof LOCKS;
  of: number;
}

/** Half of a lock for what has a name and no number; two names with the same half only wait for each other. */
export const halfOfLock = (name: string): number => createHash('sha256').update(name).digest().readInt32BE();

type Asks = Pick<QueryRunner, 'query'>;

/** Waits until nobody else holds it; it is held until the transaction ends. */
export const holdInTransaction = async (tx: Pick<DataSource, 'query'>, { lock, of }: Hold): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCKS[lock], of]);
};

/** Runs `work` while nobody else holds it; waits for its turn. The session that holds the lock may be lost on the way, and with it the lock. */
export const whileHolding = <Result>(dataSource: DataSource, hold: Hold, work: () => Promise<Result>): Promise<Result> =>
  onOneSession(dataSource, async (session) => {
    await session.query('SELECT pg_advisory_lock($1, $2)', [LOCKS[hold.lock], hold.of]);
    return thenLetGo(session, hold, work);
  });

/**
 * Runs `work` while nobody else holds it; null, without running it, when somebody does. The session that holds the lock may be lost on the way, and with
 * it the lock.
 */
export const whileFree = <Result>(dataSource: DataSource, hold: Hold, work: () => Promise<Result>): Promise<Result | null> =>
  onOneSession(dataSource, async (session) => {
    const [{ free }] = (await session.query('SELECT pg_try_advisory_lock($1, $2) AS free', [LOCKS[hold.lock], hold.of])) as {
      free: boolean;
    }[];
    return free ? thenLetGo(session, hold, work) : null;
  });

async function thenLetGo<Result>(session: Asks, { lock, of }: Hold, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    // a session that is gone holds no lock
    await session.query('SELECT pg_advisory_unlock($1, $2)', [LOCKS[lock], of]).catch(() => undefined);
  }
}

async function onOneSession<Result>(dataSource: DataSource, work: (session: Asks) => Promise<Result>): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    return await work(runner);
  } finally {
    await runner.release();
  }
}
