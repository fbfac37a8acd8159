import { IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;

/** How a process bears its load. */
export interface ProcessLoad {
  /** Delay of the event loop beyond the timer's own interval. */
  delayP99Ms: number;
  delayMaxMs: number;
  /** Peak of the resident memory since the process began. */
  peakMb: number;
}

/** Measures event loop and memory of this process from `start` to `stop`. */
export class ProcessMeter {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.histogram.reset();
    this.histogram.enable();
  }

  stop(): ProcessLoad {
    this.histogram.disable();
    const delay = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
    return {
      delayP99Ms: delay(this.histogram.percentile(99)),
      delayMaxMs: delay(this.histogram.max),
      peakMb: process.resourceUsage().maxRSS / 1024,
    };
  }
}
