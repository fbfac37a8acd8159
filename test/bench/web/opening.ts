import type { Page } from 'playwright-core';
import type { BenchBrowser } from './browser';

/** One opening of a page, nothing in the browser's cache. */
export interface Opening {
  /** Seconds from the navigation until the page could be used. */
  seconds: number;
  /** Scripts and styles carried until then, bytes on the wire. */
  scriptBytes: number;
  styleBytes: number;
  /** Cumulative layout shift until a second later. */
  shift: number;
  /** The longest task until it was usable, ms. */
  longestTask: number;
  /** What the api was asked meanwhile, in order. */
  requests: { path: string; began: number; ms: number; wire: number; plain: number }[];
}

/** Opens an address as somebody and waits for `usable`. */
export async function open(page: Page, address: string, usable: string): Promise<Opening> {
  await page.goto(address, { waitUntil: 'commit' });
  const at = await page
    .waitForFunction((selector) => {
      if (!document.querySelector(selector)) return null;
      // usable is what was painted and can be pressed: the task that drew it is over
      return new Promise<number>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));
    }, usable)
    .then((handle) => handle.jsonValue());
  await page.waitForTimeout(1000);
  return page.evaluate((until) => {
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const before = resources.filter(({ startTime }) => startTime <= until);
    const bytes = (ending: RegExp) =>
      before.filter(({ name }) => ending.test(new URL(name).pathname)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
    return {
      seconds: until / 1000,
      scriptBytes: bytes(/\.js$/),
      styleBytes: bytes(/\.css$/),
      shift: window.bench.shift,
      longestTask: Math.max(0, ...window.bench.tasks.filter((task) => task.at < until).map(({ ms }) => ms)),
      requests: before
        .filter(({ name }) => name.includes('/api/'))
        .map(({ name, startTime, duration, encodedBodySize, decodedBodySize }) => ({
          path: new URL(name).pathname + new URL(name).search,
          began: startTime,
          ms: duration,
          wire: encodedBodySize,
          plain: decodedBodySize,
        })),
    };
  }, at as number);
}

/** The same several times, each in a browser of its own. */
export async function openings(
  browser: BenchBrowser,
  asked: { role: 'brand-admin' | 'dealer' | 'auditor'; address: string; usable: string; runs: number },
): Promise<Opening[]> {
  const { role, address, usable, runs } = asked;
  const found: Opening[] = [];
  for (let run = 0; run < runs; run++) found.push(await browser.fresh(role, (page) => open(page, `${browser.url}${address}`, usable)));
  return found;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
