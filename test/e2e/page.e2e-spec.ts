import * as fs from 'node:fs';
import * as path from 'node:path';
import { Browser, ConsoleMessage, Page, chromium } from 'playwright-core';
import type { MadeLink, RankingRow, Report } from '@app/contracts';
import { RunningProduct, get, temporaryFolder, until, vitrineJson } from '../support/cli';
import { FIGURES, ODD_DEALER, ODD_ID, prepareBrand } from '../support/cli-brand';
import { untilNothingRunsOn } from '../support/instance-processes';
import { TEST_PASSWORD, freshCode, signedIn, type SignedIn } from '../support/sign-in';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const inBrowser = fs.existsSync(CHROMIUM) ? describe : describe.skip;

inBrowser('the page in a browser (needs /usr/bin/chromium)', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  const empty = path.join(folder, 'empty');
  const complaints: string[] = [];
  let product: RunningProduct;
  let browser: Browser;
  let page: Page;
  let url: string;
  let admin: SignedIn;

  beforeAll(async () => {
    await prepareBrand(data);
    product = RunningProduct.up(data);
    url = await product.ready();
    admin = await signedIn(url);
    browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS.split(' ') });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => message.type() === 'error' && !isNobodyYet(message) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await untilNothingRunsOn(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  // what the browser refused (CSP) or failed at comes as a console error
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  const open = async (address: string) => {
    await page.goto(`${url}${address}`);
    await page.waitForLoadState('networkidle');
  };
  /** Rank, score, traffic and the full value of each row as a person reads them. */
  const figures = () =>
    page.locator('tr.row').evaluateAll((rows) =>
      rows.map((row) => {
        const text = (selector: string) => row.querySelector(selector)?.textContent?.trim() ?? '';
        return {
          name: text('td.name .name'),
          rank: text('td.rank'),
          score: text('td.score .number') || text('td.score'),
          vst: text('td.vst b') || text('td.vst'),
          bounds: text('td.vst .bounds'),
          value: (row.querySelector('td.value [aria-description]')?.getAttribute('aria-description') ?? '').split('\n')[0],
        };
      }),
    );
  const money = (value: string | null) => (value === null ? expect.any(String) : `¥${Number(value).toFixed(2)}`);
  const expected = (row: RankingRow) => ({
    name: row.dealerId === null && row.level === 'dealer' ? '未归属' : row.name,
    rank: row.rank === null ? '—' : String(row.rank),
    score: row.score === null ? '—' : row.score.toFixed(1),
    vst: row.showroomVisitors === null ? '—' : String(row.showroomVisitors),
    value: money(row.valueCny),
  });
  const sorted = <Row extends { name: string }>(rows: Row[]) => [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));

  it('whoever is not signed in is asked to, by password and code, and goes on to where they wanted to', async () => {
    await open('/2026-10?level=account');
    await page.waitForURL(/\/sign-in\?to=/);
    await page.locator('input[name="login"]').fill('brand-admin');
    await page.locator('input[name="password"]').fill('wrong');
    await page.locator('button.submit').click();
    await page.locator('[role="alert"]', { hasText: '重置链接' }).waitFor();
    await page.locator('input[name="password"]').fill(TEST_PASSWORD);
    await page.locator('button.submit').click();
    await page.locator('input[name="code"]').fill(await freshCode(`${url} brand-admin`));
    await page.locator('button.submit').click();
    await page.waitForURL(/2026-10\?level=account/);
    await page.locator('tr.row').first().waitFor();
    expect(await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/eyJ|refresh/);
    complaints.splice(0); // the browser tells of each refusal
  });

  it.each(['account', 'dealer', 'region'])(
    'each figure of the ranking by %s is the one of the command line and of the interface',
    async (level) => {
      const args = ['--data', data, 'report', 'ranking', '--month', '2026-10', '--level', level, '--json'];
      const [cli, api] = await Promise.all([
        vitrineJson<Report<RankingRow>>(args),
        get<Report<RankingRow>>(`${url}/api/v1/reports/ranking?month=2026-10&level=${level}`, admin.headers),
      ]);
      expect(api.body.rows).toEqual(cli.rows);
      await open(`/2026-10?level=${level}`);
      await page.locator('tr.row').first().waitFor();
      const shown = sorted(await figures());
      const rows = sorted(cli.rows.map(expected));
      expect(shown).toHaveLength(rows.length);
      shown.forEach((row, index) => {
        const { name, ...rest } = rows[index];
        expect(row).toMatchObject(name === '未归属' || /Unassigned/.test(name) ? { ...rest } : { name, ...rest });
      });
      if (level === 'account')
        expect(shown.find(({ name }) => name === '七号直播间')).toMatchObject({
          vst: '2',
          bounds: expect.stringContaining('4') as string,
          value: '¥688.75',
        });
    },
  );

  it('a row opens its details, and from there the page of the dealer with its year', async () => {
    await open('/2026-10?level=dealer');
    await page.locator('tr.row', { hasText: '杭州启明' }).click();
    await page.locator('aside.drawer').waitFor();
    expect(await page.locator('aside.drawer').textContent()).toMatch(/杭州启明/);
    await page.locator('aside.drawer a').first().click();
    await page.waitForURL(/\/dealers\/D01/);
    await page.locator('main', { hasText: '杭州启明' }).waitFor();
    await page.locator('main canvas, main svg').first().waitFor();
  });

  it('the month is switched and stands in the address', async () => {
    await open('/2026-10?level=account');
    await page.locator('tr.row').first().waitFor();
    await page.locator('.month-picker .step').first().click();
    await page.waitForURL(/2026-09/);
    await until('the figures of September', async () =>
      (await figures()).some(({ name, value }) => name === '七号直播间' && value === '¥35.00'),
    );
  });

  it('both languages say the same figures', async () => {
    await open('/2026-10?level=account');
    await page.locator('tr.row').first().waitFor();
    const chinese = await figures();
    await page
      .getByRole('button', { name: 'English' })
      .or(page.getByRole('button', { name: 'EN' }))
      .first()
      .click();
    await page.locator('html[lang="en"]').waitFor();
    expect(await page.locator('thead').textContent()).toMatch(/[Vv]alue/);
    const english = await figures();
    expect(english.map(({ rank, score, vst, value }) => [rank, score, vst, value])).toEqual(
      chinese.map(({ rank, score, vst, value }) => [rank, score, vst, value]),
    );
    await page.evaluate(() => localStorage.clear());
  });

  it('an id with dots, slashes and Chinese is an address that survives a reload', async () => {
    for (const address of [
      `/dealers/${encodeURIComponent(ODD_DEALER)}?month=2026-10`,
      `/accounts/kuaishou/${encodeURIComponent(ODD_ID)}?month=2026-10`,
    ]) {
      await open(address);
      const answer = await page.reload();
      expect(answer?.status()).toBe(200);
      await page.locator('main', { hasText: /广州启明|中文号/ }).waitFor();
      await until('its value', async () => (await page.locator('main').innerHTML()).includes(`¥${FIGURES.valueOdd}`));
    }
  });

  it('a file that is not there is not the page', async () => {
    expect((await get(`${url}/assets/absent.js`)).status).toBe(404);
    expect((await get(`${url}/dealers/D.01`)).headers.get('content-type')).toMatch(/html/);
  });

  it('signing out ends the sign-in, here and on the server', async () => {
    await open('/2026-10');
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.waitForURL(/\/sign-in/);
    await page.reload();
    await page.locator('input[name="login"]').waitFor();
    await open('/2026-10');
    await page.waitForURL(/\/sign-in/);
    complaints.splice(0);
  });

  it('an empty folder shows its first user, who comes by an invitation, what to do first', async () => {
    const invite = ['--data', empty, 'users', 'invite', 'first', '--name', '王芳', '--role', 'read-only', '--json'];
    const { token } = await vitrineJson<MadeLink>(invite);
    const second = RunningProduct.up(empty);
    try {
      await page.goto(`${await second.ready()}/sign-in#link=${token}`);
      for (const name of ['new-password', 'repeat']) await page.locator(`input[name="${name}"]`).fill(TEST_PASSWORD);
      await page.locator('button.submit').click();
      await page.locator('[role="status"]').waitFor();
      await page.locator('input[name="password"]').fill(TEST_PASSWORD);
      await page.locator('button.submit').click();
      await page.locator('.empty-state').waitFor();
      expect(await page.locator('.empty-state').textContent()).toMatch(/请让品牌管理员或数据专员导入/);
    } finally {
      await page.goto('about:blank');
      await second.stop();
    }
  });
});

/** Before somebody is signed in the refresh cookie is asked for, and there is none. */
const isNobodyYet = (message: ConsoleMessage): boolean => /401/.test(message.text()) && message.location().url.endsWith('/auth/refresh');
