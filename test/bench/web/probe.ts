/** What the probe in the page has seen. Times are ms since the navigation began. */
export interface Probe {
  /** Durations of tasks over 50 ms, with their beginnings. */
  tasks: { at: number; ms: number }[];
  shift: number;
  /** Answers `ms` from the next press (or key) until `selector` is there (`gone`: is not) and, with `changed`, its text is another; after it was painted. */
  arm(wanted: Wanted): void;
  answered: Promise<number> | null;
}

export interface Wanted {
  /** Event whose instant begins the time. */
  event: 'click' | 'keydown';
  selector: string;
  gone?: boolean;
  changed?: boolean;
}

declare global {
  interface Window {
    bench: Probe;
  }
}

/** Runs in the page before its first script. Stands alone: it is sent as text. */
export function installProbe(): void {
  const probe: Probe = { tasks: [], shift: 0, answered: null, arm };
  window.bench = probe;
  const watch = (type: string, seen: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(seen)).observe({ type, buffered: true });
  watch('longtask', ({ startTime, duration }) => probe.tasks.push({ at: startTime, ms: duration }));
  watch('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) probe.shift += value;
  });

  function arm({ event, selector, gone, changed }: Wanted) {
    const text = () => document.querySelector(selector)?.textContent ?? null;
    const before = text();
    const done = () => {
      const now = text();
      if (gone) return now === null;
      return now !== null && (!changed || now !== before);
    };
    probe.answered = new Promise((resolve) => {
      const begin = ({ timeStamp }: Event) => {
        const look = () => {
          if (!done()) return requestAnimationFrame(look);
          // after this frame has been painted
          return requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - timeStamp)));
        };
        look();
      };
      window.addEventListener(event, begin, { capture: true, once: true });
    });
  }
}
