import type { DataSource } from 'typeorm';
import type { Clock } from '@app/config';
import { CLOCK_TOLERANCE_MS } from './connection-list';

/** Kept anew after this long, or at once when the clock has become wrong, or right again. */
const KEEP_EVERY_MS = 10 * 60_000;

interface Seen {
  skewMs: number;
  keptAt: number;
}

const isOff = (skewMs: number): boolean => Math.abs(skewMs) > CLOCK_TOLERANCE_MS;

/** Compares our clock with the Date header of platform answers and keeps how far it is ahead, so that people are told. */
export class ServerClocks {
  private readonly seen = new Map<string, Seen>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Takes the header of one answer; a write goes on by itself, for no call waits for it. */
  saw(origin: string, dateHeader: string): void {
    const theirs = Date.parse(dateHeader);
    if (Number.isNaN(theirs)) return;
    const now = this.clock.now();
    // the header has whole seconds
    const skewMs = now - theirs - 500;
    const last = this.seen.get(origin);
    const due = last === undefined || now - last.keptAt >= KEEP_EVERY_MS || now < last.keptAt || isOff(skewMs) !== isOff(last.skewMs);
    if (!due) return;
    this.seen.set(origin, { skewMs, keptAt: now });
    this.keep(origin, skewMs, now).catch(this.onError);
  }

  private async keep(origin: string, skewMs: number, now: number): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO platform_clock (origin, skew_ms, seen_at) VALUES ($1, $2, $3)
       ON CONFLICT (origin) DO UPDATE SET skew_ms = excluded.skew_ms, seen_at = excluded.seen_at`,
      [new URL(origin).origin, skewMs, new Date(now)],
    );
  }
}

/** Servers whose clock is far from ours, by what was seen last. */
export async function wrongClocks(dataSource: DataSource): Promise<{ origin: string; skewMs: number }[]> {
  return (await dataSource.query('SELECT origin, skew_ms::float8 AS "skewMs" FROM platform_clock WHERE abs(skew_ms) > $1 ORDER BY origin', [
    CLOCK_TOLERANCE_MS,
  ])) as { origin: string; skewMs: number }[];
}
