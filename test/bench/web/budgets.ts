import type { Bound } from '../warehouse/goal';

/** What a figure of the page may be. The table of docs/benchmarks.md shows these. */
export interface Budget {
  unit: string;
  bound: Bound;
}

const KB_OF_SCRIPT = 250;

/** The budgets of the page, by what is measured. Seconds and milliseconds are of this machine, medians of several runs. */
export const BUDGETS = {
  /** From the navigation, nothing in the browser's cache, until rows stand there and a press on a header sorts them. */
  usable: { unit: 's', bound: { below: 1 } },
  /** The server's own part of it: the answer of every row, remembered. */
  answer: { unit: 'ms', bound: { atMost: 300 } },
  /** Tasks over 50 ms while the whole table goes by. */
  longTasks: { unit: 'tasks', bound: { atMost: 0 } },
  /** What is carried over the wire of scripts, gzip, until the page is usable. */
  firstScript: { unit: 'kB', bound: { atMost: KB_OF_SCRIPT } },
  /** Cumulative layout shift until a second after the page is usable: less than a person sees. */
  layoutShift: { unit: 'CLS', bound: { atMost: 0.01 } },
  /** From the press until what was asked for is painted. */
  action: { unit: 'ms', bound: { atMost: 100 } },
  /** Script that only one page needs, gzip, without the library of charts. */
  pageScript: { unit: 'kB', bound: { atMost: 40 } },
  /** The library of charts, gzip: never on the first page. */
  charts: { unit: 'kB', bound: { atMost: 220 } },
} as const satisfies Record<string, Budget>;
