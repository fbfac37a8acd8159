import type { Page } from 'playwright-core';

/** What the page's thread did in one piece, ms. */
export interface PageTask {
  /** On the clock of the wall: on a busy machine it also waits for its turn. */
  wall: number;
  /** That it computed. */
  cpu: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}
const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
const TASKS = new Set(['RunTask', 'ThreadControllerImpl::RunTask', 'ThreadPool_RunTask']);

/** Tasks of the page's thread while work is done, the longest first. */
export async function tasksDuring(page: Page, work: () => Promise<void>): Promise<PageTask[]> {
  const browser = page.context().browser();
  if (!browser) throw new Error('the browser is gone');
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, ph, pid, tid }) => ph === 'X' && TASKS.has(name) && threads.has(`${pid} ${tid}`))
    .map(({ dur = 0, tdur }) => ({ wall: dur / 1000, cpu: (tdur ?? dur) / 1000 }))
    .sort((a, b) => b.cpu - a.cpu);
}
