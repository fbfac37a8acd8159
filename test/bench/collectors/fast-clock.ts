import { Clock } from '@app/config';

/** A clock that runs `speed` times as fast from an instant on; the same in every process that is given the same three figures. */
export class FastClock extends Clock {
  constructor(
    private readonly start: number,
    private readonly startedAt: number,
    readonly speed: number,
  ) {
    super();
  }

  now(): number {
    return Math.floor(this.start + (Date.now() - this.startedAt) * this.speed);
  }

  /** As an environment variable, and back. */
  get text(): string {
    return [this.start, this.startedAt, this.speed].join(' ');
  }

  static parse(text: string): FastClock {
    const [start = 0, startedAt = 0, speed = 1] = text.split(' ').map(Number);
    return new FastClock(start, startedAt, speed);
  }
}

/** What is assumed of apps that publish no limit, in calls per second of simulated time. */
export const RATES = { app: 5, credential: 1 };
export const ZONE = 'Asia/Shanghai';
export const DAY = 86_400_000;
export const HOUR = 3_600_000;
