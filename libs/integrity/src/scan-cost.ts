import type { ScanCost } from '@app/contracts';

/** Adds up what a scan spends, as it goes: so that anybody can see where its time is. */
export class ScanMeter {
  private readonly facts: ScanCost['facts'] = [];
  private readonly statements = new Map<string, ScanCost['statements'][number]>();
  private state = 0;

  /** The state and what is kept have been read. */
  begun(seconds: number): void {
    this.state = seconds;
  }

  /** Times the making of a fact that several detectors share. */
  async fact<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
    const since = performance.now();
    const entry = { name, seconds: 0 };
    this.facts.push(entry);
    try {
      return await make();
    } finally {
      entry.seconds = secondsSince(since);
    }
  }

  /** Times a statement; its rows are counted where it answers any. */
  async statement<Answer>(name: string, run: () => Promise<Answer>): Promise<Answer> {
    const since = performance.now();
    const known = this.statements.get(name) ?? { name, count: 0, rows: 0, seconds: 0 };
    this.statements.set(name, known);
    known.count++;
    try {
      const answer = await run();
      if (Array.isArray(answer)) known.rows += answer.length;
      return answer;
    } finally {
      known.seconds = rounded(known.seconds + secondsSince(since));
    }
  }

  cost(keep: number): ScanCost {
    return {
      ...{ state: this.state, keep, facts: [...this.facts] },
      statements: [...this.statements.values()].sort((a, b) => b.seconds - a.seconds),
    };
  }
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
/** To the millisecond. */
export const secondsSince = (at: number): number => rounded((performance.now() - at) / 1000);
