import type { ChildProcess } from 'node:child_process';

/** A process grows while it loads and meets its accounts: what counts is what comes after. */
const WARM_MS = 60_000;
const LEAST_MS = 60_000;

interface Watched {
  startedAt: number;
  samples: { at: number; bytes: number }[];
}

/** What processes hold after a garbage collection, as they tell it themselves, over their lives. */
export class MemoryWatch {
  private readonly processes: Watched[] = [];

  add(child: ChildProcess): void {
    const watched: Watched = { startedAt: performance.now(), samples: [] };
    this.processes.push(watched);
    child.on('message', (message: { heldBytes?: number }) => {
      if (message.heldBytes !== undefined) watched.samples.push({ at: performance.now(), bytes: message.heldBytes });
    });
  }

  /** What the largest process and all together held, in MB, by minute since the first sample: the latest sample of each. */
  overTime(): { largest: number[]; together: number[] } {
    const all = this.processes.flatMap(({ samples }, process) => samples.map(({ at, bytes }) => ({ at, process, mb: bytes / 2 ** 20 })));
    const first = all.reduce((least, { at }) => Math.min(least, at), Infinity);
    const minutes = new Map<number, Map<number, number>>();
    for (const { at, process, mb } of all) {
      const minute = Math.floor((at - first) / 60_000);
      minutes.set(minute, (minutes.get(minute) ?? new Map<number, number>()).set(process, mb));
    }
    const held = [...minutes].sort(([a], [b]) => a - b).map(([, ofMinute]) => [...ofMinute.values()]);
    const rounded = (value: number): number => Math.round(value);
    return {
      largest: held.map((values) => rounded(values.reduce((most, one) => Math.max(most, one), 0))),
      together: held.map((values) => rounded(values.reduce((sum, one) => sum + one, 0))),
    };
  }

  /** Least-squares growth of each process that lived long enough, MB a minute, with the length of its warm life in minutes and its last size. */
  slopes(): { mbPerMinute: number; minutes: number; mb: number }[] {
    return this.processes.flatMap(({ startedAt, samples }) => {
      const warm = samples.filter(({ at }) => at - startedAt > WARM_MS);
      const [first, last] = [warm[0], warm.at(-1)];
      if (!first || !last || last.at - first.at < LEAST_MS) return [];
      const x = warm.map(({ at }) => at / 60_000);
      const y = warm.map(({ bytes }) => bytes / 2 ** 20);
      const mean = (list: number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
      const [mx, my] = [mean(x), mean(y)];
      const over = x.reduce((sum, one, index) => sum + (one - mx) * ((y[index] ?? 0) - my), 0);
      const under = x.reduce((sum, one) => sum + (one - mx) ** 2, 0);
      return [{ mbPerMinute: over / under, minutes: (last.at - first.at) / 60_000, mb: last.bytes / 2 ** 20 }];
    });
  }
}
