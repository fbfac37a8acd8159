import { VitrineError } from '@app/contracts';
import { LOCKS } from '@app/database';
import type { DataSource, QueryRunner } from 'typeorm';

const ENDS = ['error', 'end'] as const;
type Connection = Record<'on' | 'off', (event: (typeof ENDS)[number], then: (error?: Error) => void) => void>;

/** One refresh of a brand at a time, over all processes. The lock goes with its connection: a killed process holds nothing. */
export class RollupLock {
  private lost: Error | null = null;
  private connection: Connection | null = null;
  private readonly lose = (error?: Error): void => {
    this.lost = error ?? new Error('the connection ended');
  };

  private constructor(private readonly runner: QueryRunner) {}

  static async take(dataSource: DataSource, brandId: number): Promise<RollupLock> {
    const runner = dataSource.createQueryRunner();
    const lock = new RollupLock(runner);
    try {
      lock.connection = (await runner.connect()) as Connection;
      for (const event of ENDS) lock.connection.on(event, lock.lose);
      await runner.query('SELECT pg_advisory_lock($1, $2)', [LOCKS.rollups, brandId]);
      return lock;
    } catch (error) {
      await lock.leave();
      throw error;
    }
  }

  /** Throws when the lock is gone: another process may be at it. What was done stays right, only the work would be done twice. */
  check(): void {
    if (!this.lost) return;
    throw new VitrineError(
      'store_unavailable',
      { en: 'The state store went away during a refresh.', zh: '刷新汇总时与状态库的连接中断。' },
      { remedy: { en: 'Ask again: nothing is lost.', zh: '请重试，数据没有丢失。' }, cause: this.lost },
    );
  }

  async release(): Promise<void> {
    if (!this.lost) await this.runner.query('SELECT pg_advisory_unlock_all()').catch(() => undefined); // a dead connection holds no lock
    await this.leave();
  }

  /** The pool gives the connection to others: nothing of ours stays on it. */
  private async leave(): Promise<void> {
    for (const event of ENDS) this.connection?.off(event, this.lose);
    await this.runner.release();
  }
}
