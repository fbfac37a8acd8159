/** At most `concurrency` calls at once; `pause` holds back new ones when the platform says "too many". */
export class Limiter {
  private active = 0;
  private readonly waiting: (() => void)[] = [];
  private pausedUntil = 0;

  constructor(private readonly concurrency: number) {}

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.active >= this.concurrency) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.active++;
    try {
      for (let left = this.pausedUntil - performance.now(); left > 0; left = this.pausedUntil - performance.now())
        await new Promise((resolve) => setTimeout(resolve, left));
      return await call();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.active--;
    }
  }

  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, performance.now() + ms);
  }
}
