import { VitrineError } from '@app/contracts';
import type { DataSource, QueryRunner } from 'typeorm';

/** Any number that nobody else locks on; the brand is the second half. */
const ROLLUPS = 716_501;

/** One refresh of a brand at a time, over all processes. The lock goes with its connection: a killed process holds nothing. */
export class RollupLock {
  private lost: Error | null = null;

  private constructor(private readonly runner: QueryRunner) {}

  static async take(dataSource: DataSource, brandId: number): Promise<RollupLock> {
    const runner = dataSource.createQueryRunner();
    const lock = new RollupLock(runner);
    try {
      const connection = (await runner.connect()) as { once(event: 'error' | 'end', then: (error?: Error) => void): void };
      for (const event of ['error', 'end'] as const)
        connection.once(event, (error) => (lock.lost = error ?? new Error('the connection ended')));
      await runner.query('SELECT pg_advisory_lock($1, $2)', [ROLLUPS, brandId]);
      return lock;
    } catch (error) {
      await runner.release();
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
    await this.runner.release();
  }
}
