import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Page } from 'playwright-core';

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** Where pictures of the pages are kept; unset: none are taken. */
const PICTURES = process.env.VITRINE_PICTURES;

export type Theme = 'light' | 'dark';
export type PageLanguage = 'zh-CN' | 'en';

/** Shows the page in a theme and a language, by its own buttons, as a person does. */
export async function show(page: Page, theme: Theme, language: PageLanguage): Promise<void> {
  const now = await page.evaluate(() => ({
    dark: document.documentElement.classList.contains('dark'),
    lang: document.documentElement.lang,
  }));
  if (now.dark !== (theme === 'dark'))
    await page
      .locator('.bar button[aria-label]')
      .filter({ has: page.locator('svg') })
      .and(page.getByRole('button', { name: /^(深色|浅色|Dark|Light)/ }))
      .first()
      .click();
  if (now.lang !== language)
    await page
      .locator('.bar')
      .getByRole('button', { name: language === 'en' ? 'English' : '中文', exact: true })
      .click();
  await page.locator(`html[lang="${language}"]`).waitFor();
}

/** What the other theme and the other language can spoil of a page that was looked at already: colours and names. */
export const OF_THEME_AND_LANGUAGE = ['color-contrast', 'label', 'button-name', 'link-name'];

/** What axe finds that is serious or critical, with the markup that it is about; of some rules only where they are named. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async (only) => {
    interface Found {
      violations: { id: string; impact: string; nodes: { html: string }[] }[];
    }
    const { axe } = window as unknown as { axe: { run(what: object): Promise<Found> } };
    // nobody reads what passes, and no page has frames
    const { violations } = await axe.run({ resultTypes: ['violations'], iframes: false, ...(only ? { runOnly: only } : {}) });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 200))
            .join(' | ')}`,
      );
  }, rules);
}

/** Words of Latin letters that a Chinese page may show: names of things and units. */
const LATIN =
  /^(vitrine|english|excel|csv|xlsx|ndjson|parquet|mb|id|cny|vst|asia|shanghai|kendall|pearson|spearman|pp|up|down|esc|enter|koc|n|v|d\d+|e)$/i;

/** Texts of the Chinese page that hold a word of English. `allowed`: ids and names out of the data. */
export async function englishTexts(page: Page, allowed: RegExp): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || parent.closest('script, style, code, svg, .brand, .mark') || !parent.checkVisibility()) continue;
      const text = node.textContent?.trim() ?? '';
      if (text) found.push(text);
    }
    return found;
  });
  return texts.filter((text) => (text.replace(allowed, '').match(/[A-Za-z]{2,}/g) ?? []).some((word) => !LATIN.test(word)));
}

/** Elements whose own text is cut off: wider than their box, and not told as cut by an ellipsis. */
export const clippedTexts = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        '#content h1, #content h2, #content p, #content button, #content a, #content th, #content label',
      ),
    ]
      .filter((element) => element.checkVisibility() && element.textContent?.trim())
      .filter((element) => {
        const style = window.getComputedStyle(element);
        return element.scrollWidth > element.clientWidth + 2 && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis';
      })
      .map((element) => element.textContent?.trim().slice(0, 60) ?? ''),
  );

/** How far the page scrolls sideways, px: a page never does, only its tables. */
export const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** A picture of the page, where somebody wants them. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  fs.mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}
