import * as fs from 'node:fs';
import { Browser, BrowserContext, Page, chromium } from 'playwright-core';
import type { Role } from '@app/contracts';
import { signedIn } from '../../support/sign-in';
import { installProbe } from './probe';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const VIEWPORT = { width: 1440, height: 900 };
const COOKIE_PATH = '/api/v1/auth';

/** What stands against measuring in a browser; null: nothing. */
export const browserMissing = (): string | null =>
  fs.existsSync(CHROMIUM) ? null : `there is no browser at ${CHROMIUM} (CHROMIUM_PATH names another)`;

/** A browser in which people of the measured product are signed in. */
export class BenchBrowser {
  private readonly cookies = new Map<Role, { name: string; value: string }>();

  private constructor(
    private readonly browser: Browser,
    readonly url: string,
  ) {}

  static async open(url: string): Promise<BenchBrowser> {
    return new BenchBrowser(await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS.split(' ') }), url);
  }

  /** A page of somebody in a browser that has seen nothing before; the work is done in it, then it is closed. */
  async fresh<Answer>(role: Role, work: (page: Page) => Promise<Answer>): Promise<Answer> {
    const context = await this.browser.newContext({ viewport: VIEWPORT, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
    try {
      await this.signIn(context, role);
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      await page.addInitScript(installProbe);
      const answer = await work(page);
      await this.keepCookie(context, role);
      return answer;
    } finally {
      await context.close();
    }
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  private async signIn(context: BrowserContext, role: Role): Promise<void> {
    let cookie = this.cookies.get(role);
    if (!cookie) {
      const [name, value] = (await signedIn(this.url, role)).cookie.split('=');
      this.cookies.set(role, (cookie = { name, value }));
    }
    await context.addCookies([{ ...cookie, domain: '127.0.0.1', path: COOKIE_PATH, httpOnly: true, sameSite: 'Strict' }]);
  }

  /** The cookie is exchanged at each visit; the one of before would be taken for a stolen one. */
  private async keepCookie(context: BrowserContext, role: Role): Promise<void> {
    const known = this.cookies.get(role);
    const now = (await context.cookies(`${this.url}${COOKIE_PATH}/refresh`)).find(({ name }) => name === known?.name);
    if (now) this.cookies.set(role, { name: now.name, value: now.value });
  }
}
