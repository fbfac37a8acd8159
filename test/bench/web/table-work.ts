import type { Page } from 'playwright-core';
import { median } from './opening';
import { tasksDuring, type PageTask } from './page-tasks';
import type { Wanted } from './probe';

const BOX = '.table-box';

/** What the page's thread does while the whole table goes by: most of a page of rows with each frame, back by wheel, and four jumps as by the thumb of the bar. */
export async function scrollWhole(page: Page): Promise<{ tasks: PageTask[]; rows: number; frames: number }> {
  let seen = { rows: 0, frames: 0 };
  const tasks = await tasksDuring(page, async () => {
    seen = await page.evaluate(async (selector) => {
      const box = document.querySelector<HTMLElement>(selector)!;
      const step = Math.round(box.clientHeight * 0.8);
      let frames = 0;
      for (let top = 0; top < box.scrollHeight - box.clientHeight; top += step) {
        box.scrollTop = top;
        frames++;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return { rows: Number(box.querySelector('table')?.getAttribute('aria-rowcount') ?? 0), frames };
    }, BOX);
    await page.locator(BOX).hover();
    for (let at = 0; at < 60; at++) await page.mouse.wheel(0, -1500);
    for (const share of [0.1, 0.9, 0.5, 0])
      await page.evaluate(
        async ({ selector, at }) => {
          const box = document.querySelector<HTMLElement>(selector)!;
          box.scrollTop = at * box.scrollHeight;
          await new Promise((resolve) => setTimeout(resolve, 150));
        },
        { selector: BOX, at: share },
      );
    await page.waitForTimeout(500);
  });
  return { tasks, ...seen };
}

/** ms from a press until its answer is painted. */
export async function answer(page: Page, wanted: Wanted, press: () => Promise<void>): Promise<number> {
  await page.evaluate((asked) => window.bench.arm(asked), wanted);
  await press();
  const ms = await page.evaluate(() => window.bench.answered as Promise<number>);
  await page.waitForTimeout(400); // what follows the answer is not the next one's
  return ms;
}

/** What people do in the ranking, `runs` times each: the median, the longest in the note. */
export async function actions(page: Page, runs: number): Promise<{ name: string; ms: number; most: number }[]> {
  const first = 'tr.row td.name';
  const measured: { name: string; times: number[] }[] = [
    { name: 'sort by a figure', times: [] },
    { name: 'filter by a word', times: [] },
    { name: 'open a row beside the list', times: [] },
    { name: 'switch the density', times: [] },
  ];
  const [sort, filter, open, density] = measured.map(({ times }) => times);
  for (let run = 0; run < runs; run++) {
    sort.push(await answer(page, { event: 'click', selector: first, changed: true }, () => page.locator('th.value button').click()));
    const field = page.locator('.toolbar .filter input');
    await field.focus();
    filter.push(await answer(page, { event: 'keydown', selector: first, changed: true }, () => page.keyboard.press(String((run % 8) + 2))));
    await field.fill('');
    await page.waitForTimeout(500);
    open.push(
      await answer(page, { event: 'click', selector: 'aside.drawer' }, () =>
        page
          .locator('tr.row td.name')
          .nth(run + 1)
          .click(),
      ),
    );
    await answer(page, { event: 'keydown', selector: 'aside.drawer', gone: true }, () => page.keyboard.press('Escape'));
    density.push(await switchDensity(page, run));
  }
  return measured.map(({ name, times }) => ({ name, ms: median(times), most: Math.max(...times) }));
}

async function switchDensity(page: Page, run: number): Promise<number> {
  const wanted = run % 2 ? 'regular' : 'compact';
  const choice = page.locator('.el-popover:visible .el-segmented__item').nth(run % 2 ? 0 : 1);
  if (!(await choice.isVisible())) await page.locator('.toolbar .quiet-button.wide-only').click();
  await choice.waitFor();
  const ms = await answer(page, { event: 'click', selector: `${BOX}.${wanted}` }, () => choice.click());
  await page.locator('.toolbar .count').click(); // outside: the choices close
  return ms;
}
