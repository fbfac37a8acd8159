import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ExcelJS from '@protobi/exceljs';
import { Browser, BrowserContext, ConsoleMessage, Page, chromium } from 'playwright-core';
import type { Explanation, MonthStatus, Page as ListPage, Policy, RankingRow, Report, Role, WhatIfReport } from '@app/contracts';
import { RunningProduct, get, temporaryFolder, until } from '../support/cli';
import { prepareBrand, ROOM } from '../support/cli-brand';
import { untilNothingRunsOn } from '../support/instance-processes';
import { OF_THEME_AND_LANGUAGE, clippedTexts, englishTexts, picture, seriousFindings, show, sideways } from '../support/page-checks';
import { signedIn, type SignedIn } from '../support/sign-in';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const inBrowser = fs.existsSync(CHROMIUM) ? describe : describe.skip;
/** Ids and names of the test's brand, and instants. */
const DATA =
  /vitrine( [a-z-]+)+|D\.?\d\d|[a-z]+-(admin|operator|auditor)|senior|[SLKX]\d|UTC|D\.03|k\/1|stray9|[a-z]+\/[a-z_]+\/\d{4}-\d{2}-\d{2}(#\d)?|[0-9a-f]{16,}/g;

inBrowser('what a brand manager does, in a browser (needs /usr/bin/chromium)', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  const complaints: string[] = [];
  const contexts = new Map<Role, BrowserContext>();
  const people = new Map<Role, SignedIn>();
  let product: RunningProduct;
  let browser: Browser;
  let url: string;

  beforeAll(async () => {
    await prepareBrand(data);
    product = RunningProduct.up(data);
    [url, browser] = await Promise.all([
      product.ready(),
      chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS.split(' ') }),
    ]);
    for (const role of ['brand-admin', 'data-operator', 'dealer'] as const) people.set(role, await signedIn(url, role));
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await untilNothingRunsOn(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  // what the browser refused (CSP) or failed at comes as a console error
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  /** A page of somebody who is signed in, whose browser is in another zone and language. */
  async function pageOf(role: Role): Promise<Page> {
    let context = contexts.get(role);
    if (!context) {
      context = await browser.newContext({
        timezoneId: 'America/New_York',
        locale: 'en-US',
        reducedMotion: 'reduce',
        viewport: { width: 1440, height: 900 },
        acceptDownloads: true,
      });
      const [name, value] = (people.get(role) as SignedIn).cookie.split('=');
      await context.addCookies([{ name, value, domain: '127.0.0.1', path: '/api/v1/auth', httpOnly: true, sameSite: 'Strict' }]);
      contexts.set(role, context);
    }
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => message.type() === 'error' && !isNobodyYet(message) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    return page;
  }
  const open = async (page: Page, address: string, ready: string) => {
    await page.goto(`${url}${address}`);
    await page.locator(ready).first().waitFor();
    await page.waitForLoadState('networkidle');
  };
  const asked = async <Body>(address: string, role: Role = 'brand-admin') =>
    (await get<Body>(`${url}/api/v1/${address}`, (people.get(role) as SignedIn).headers)).body;

  it('a brand administrator lands on the overview, whose figures are the interface’s, and each opens what is behind it', async () => {
    const page = await pageOf('brand-admin');
    await page.goto(url);
    await page.waitForURL(/\/overview/);
    await open(page, '/overview/2026-10', '.key-figure .number');
    const {
      rows: [brand],
    } = await asked<Report<RankingRow>>('reports/ranking?month=2026-10&level=brand');
    const numbers = await page.locator('.key-figure .number').allTextContents();
    expect(numbers[0]).toBe(String(brand.showroomVisitors));
    expect(numbers[1]).toBe(`¥${Number(brand.valueCny).toLocaleString('en-US', { minimumFractionDigits: 2 })}`);
    await page.locator('.known .sentence', { hasText: `${brand.accountsTotal} 个账号中，${brand.accountsKnown} 个` }).waitFor();
    await page.locator('.value-change canvas').waitFor();
    await page.locator('.key-figure button.explained').nth(1).click();
    await page.locator('.side-drawer .explanation').waitFor();
    expect(page.url()).toMatch(/explain=/);
    const explanation = await asked<Explanation>('explain/valueCny?report=ranking&level=brand&month=2026-10');
    expect(await page.locator('.explanation .value b').textContent()).toBe(String(explanation.value));
    await page.locator('.explanation button.link').first().click();
    await page.goBack();
    await until(
      'the first explanation',
      async () => (await page.locator('.explanation .value b').textContent()) === String(explanation.value),
      10,
    );
    await page.keyboard.press('Escape');
    await page.locator('.side-drawer').waitFor({ state: 'detached' });
    await page.close();
  });

  const PAGES: [name: string, address: string, ready: string][] = [
    ['overview', '/overview/2026-10', '.key-figure .number'],
    ['ranking', '/ranking/2026-10?level=dealer', 'tr.row'],
    ['map', '/map/2026-10?place=33', '.outline-map path.place'],
    ['structure', '/structure/2026-10', '.heat'],
    ['footfall', '/footfall/2026-10', '.nothing, .verdict'],
    ['coverage', '/coverage', '.data-table'],
    ['import', '/import', '.target'],
    ['policies', '/policies', '.groups'],
    ['rates', '/rates', '.data-table'],
    ['what-if', '/what-if/2026-10?policy=minVisits:3', '.result'],
    ['closes', '/closes/2026-10', '.steps'],
    ['settlements', '/settlements/2026-10', 'p.none'],
  ];
  it.each(PAGES)(
    '%s: nothing serious by axe in both themes, no English on the Chinese page, nothing cut, wide and narrow',
    async (name, address, ready) => {
      const page = await pageOf('brand-admin');
      await open(page, address, ready);
      await show(page, 'light', 'zh-CN');
      expect(await englishTexts(page, DATA)).toEqual([]);
      expect(await seriousFindings(page)).toEqual([]);
      expect(await clippedTexts(page)).toEqual([]);
      await picture(page, `${name}-zh`);
      await show(page, 'dark', 'en');
      expect(await seriousFindings(page, OF_THEME_AND_LANGUAGE)).toEqual([]);
      await picture(page, `${name}-en-dark`);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.waitForTimeout(150);
      expect(await sideways(page)).toBe(0);
      await picture(page, `${name}-en-dark-narrow`);
      await page.setViewportSize({ width: 1440, height: 900 });
      await show(page, 'light', 'zh-CN');
      await page.close();
    },
  );

  it('the map leads by keyboard from the country to a province, a city and its shops', async () => {
    const page = await pageOf('brand-admin');
    await open(page, '/map/2026-10', '.outline-map path[role="button"]');
    expect(await page.locator('.outline-map path.place').count()).toBe(34);
    await page.locator('.outline-map path[role="button"]').first().press('Enter');
    await page.waitForURL(/place=\d\d(&|$)/);
    const [, province] = /place=(\d\d)/.exec(page.url()) ?? [];
    await page.locator(`.outline-map path[role="button"][data-place^="${province}"]`).first().press('Enter');
    await page.locator('h2', { hasText: '各店' }).waitFor();
    const shops = await asked<Report<RankingRow>>(`reports/ranking?month=2026-10&level=dealer&adcode=${province}`);
    await page.locator('#content', { hasText: shops.rows[0].name }).waitFor();
    await page.close();
  });

  it('a file is dropped, looked at, imported; its bad row is told with its line, and the figures follow', async () => {
    const page = await pageOf('data-operator');
    const file = path.join(folder, '场次.csv');
    const header = 'platform,accountId,sessionId,startedAt,endedAt,views,paidViews,note';
    const good = `douyin,${ROOM},N1,2026-10-20T19:00:00+08:00,2026-10-20T20:00:00+08:00,400,0,x`;
    fs.writeFileSync(file, `${header}\r\n${good}\r\ndouyin,${ROOM},N2,yesterday,,5,0,x\r\n`);
    await open(page, '/import?kind=sessions', '.target');
    await page.locator('input[type="file"]').setInputFiles(file);
    const card = page.locator('.upload', { hasText: '场次.csv' });
    await card.locator('.primary-button').waitFor();
    expect(await card.textContent()).toMatch(/直播场次.*读到 2.*拒绝 1/);
    expect(await card.locator('details').first().textContent()).toMatch(/note\s*不读取/);
    expect(await card.locator('details').nth(1).textContent()).toMatch(/3/);
    await picture(page, 'import-checked-zh');
    const before = (await asked<Report<RankingRow>>(`reports/ranking?month=2026-10&level=account&accountId=${ROOM}`)).rows[0];
    await card.locator('.primary-button').click();
    await page.locator('.upload.done', { hasText: '新增 1' }).waitFor();
    const after = (await asked<Report<RankingRow>>(`reports/ranking?month=2026-10&level=account&accountId=${ROOM}`)).rows[0];
    expect(Number(after.valueCny) - Number(before.valueCny)).toBeCloseTo(400 * 0.35 * 0.5, 6);
    // taken back, with a reason: the figures are those of before
    await page.locator('.batches tr.opens', { hasText: '场次.csv' }).click();
    const drawer = page.locator('.side-drawer');
    await drawer.locator('textarea').fill('文件拿错了');
    expect(await drawer.textContent()).toMatch(/1 个账号的 1 条数据/);
    await picture(page, 'import-undo-zh');
    await drawer.locator('button[type="submit"]').click();
    await page.locator('.batches .state.undone').waitFor();
    const undone = (await asked<Report<RankingRow>>(`reports/ranking?month=2026-10&level=account&accountId=${ROOM}`)).rows[0];
    expect(undone.valueCny).toBe(before.valueCny);
    await page.keyboard.press('Escape');
    // a wrong file says what it is not
    const wrong = path.join(folder, 'picture.xlsx');
    fs.writeFileSync(wrong, 'no workbook');
    await page.locator('input[type="file"]').setInputFiles(wrong);
    await page.locator('.upload.failed [role="alert"]').first().waitFor();
    await page.close();
  });

  it('what a slider supposes stands in the address, and who moves is what the interface says', async () => {
    const page = await pageOf('brand-admin');
    await open(page, '/what-if/2026-10', '.slider');
    await page.locator('input#slider-minVisits').fill('3');
    await page.waitForURL(/policy=minVisits(:|%3A)3/);
    await page.locator('.result .key-figure').first().waitFor();
    const response = await fetch(`${url}/api/v1/what-if`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(people.get('brand-admin') as SignedIn).headers },
      body: JSON.stringify({ month: '2026-10', level: 'dealer', policy: { minVisits: '3' } }),
    });
    const { result } = (await response.json()) as { result: WhatIfReport };
    expect(await page.locator('.result .key-figure .number').first().textContent()).toBe(String(result.summary.changed));
    await page.close();
  });

  it('a rule is proposed by one and activated by another; what a second person typed meanwhile is not lost', async () => {
    const operator = await pageOf('data-operator');
    const admin = await pageOf('brand-admin');
    const startIn = async (page: Page, month: string) => {
      await page.locator('.month .el-select').click();
      await page.locator('.el-select-dropdown__item', { hasText: month }).click();
    };
    const visits = (page: Page) => page.locator('.groups label', { hasText: '最少到访次数' }).locator('input');
    await open(admin, '/policies', '.groups');
    await visits(admin).fill('6');
    await startIn(admin, '2026年11月');
    await open(operator, '/policies', '.groups');
    await startIn(operator, '2026年11月');
    await visits(operator).fill('5');
    await operator.locator('.send textarea').fill('提高到访门槛');
    await operator.reload(); // nothing typed is lost
    await operator.locator('.groups').waitFor();
    expect(await visits(operator).inputValue()).toBe('5');
    await operator.locator('.send .primary-button').click();
    await operator.locator('.side-drawer', { hasText: '最少到访次数' }).waitFor();
    expect(await operator.locator('.side-drawer footer .primary-button').count()).toBe(0);
    await operator.close();
    await admin.reload();
    await admin.locator('.proposals button.row', { hasText: '提高到访门槛' }).click();
    await admin.locator('.side-drawer', { hasText: '提高到访门槛' }).waitFor();
    await picture(admin, 'proposal-zh');
    await admin.locator('.side-drawer footer .primary-button').click();
    await until('the new version', async () => (await asked<ListPage<Policy>>('policies')).rows[0].minVisits === 5, 20);
    await admin.locator('.foreign', { hasText: '最少到访次数' }).waitFor();
    expect(await visits(admin).inputValue()).toBe('6');
    await picture(admin, 'policy-conflict-zh');
    await admin.close();
  });

  it('a month is closed by two persons', async () => {
    const operator = await pageOf('data-operator');
    await open(operator, '/closes/2026-09', '.steps');
    await operator.locator('.actions .el-checkbox').click();
    await operator.locator('.reason textarea').fill('九月数据齐全');
    await operator.locator('.actions .primary-button').click();
    await operator.locator('.steps .here', { hasText: '待确认' }).waitFor();
    await operator.close();
    const admin = await pageOf('brand-admin');
    await open(admin, '/closes/2026-09', '.steps');
    await admin.locator('.actions .primary-button', { hasText: '确认关账' }).click();
    await admin.locator('.steps .here', { hasText: '已关账' }).waitFor({ timeout: 60_000 });
    const { rows } = await asked<ListPage<MonthStatus>>('closes/status');
    expect(rows.find(({ month }) => month === '2026-09')?.state).toBe('closed');
    await admin.close();
  });

  it('the workbook holds exactly the rows that are shown, ids as text, unknown empty', async () => {
    const page = await pageOf('brand-admin');
    await open(page, '/ranking/2026-10?level=account', 'tr.row');
    const shown = await page.locator('tr.row').count();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出' }).click()]);
    const file = path.join(folder, 'ranking.xlsx');
    await download.saveAs(file);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(file);
    const sheet = workbook.getWorksheet('账号排名');
    expect(sheet?.rowCount).toBe(shown + 1);
    const cells: string[] = [];
    sheet?.eachRow((row) => row.eachCell((cell) => cells.push(`${typeof cell.value} ${String(cell.value)}`)));
    expect(cells.some((cell) => /^string .*70000000000000000001$/.test(cell))).toBe(true);
    expect(workbook.getWorksheet('说明')).toBeDefined();
    await page.close();
  });

  it('whoever has not the permission is told which one and who gives it; a deleted subject is told as such', async () => {
    const page = await pageOf('dealer');
    await page.goto(`${url}/policies`);
    await page.locator('.no-permission', { hasText: '品牌管理员' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.close();
    const admin = await pageOf('brand-admin');
    await admin.goto(`${url}/dealers/GONE?month=2026-10`);
    await admin.locator('.error-state').waitFor();
    complaints.splice(0); // the browser tells of each refusal
    await admin.close();
  });

  it('a session that ends in the middle of a form loses nothing that was typed', async () => {
    const page = await pageOf('data-operator');
    await open(page, '/policies', '.groups');
    await page.locator('.send textarea').fill('尚未写完的说明');
    await contexts.get('data-operator')?.clearCookies();
    await page.reload();
    await page.waitForURL(/\/sign-in\?to=/);
    const { cookie } = await signedIn(url, 'data-operator');
    const [name, value] = cookie.split('=');
    await contexts
      .get('data-operator')
      ?.addCookies([{ name, value, domain: '127.0.0.1', path: '/api/v1/auth', httpOnly: true, sameSite: 'Strict' }]);
    await page.goto(`${url}/policies`);
    await page.locator('.groups').waitFor();
    expect(await page.locator('.send textarea').inputValue()).toBe('尚未写完的说明');
    complaints.splice(0);
    await page.close();
  });
});

/** Before somebody is signed in the refresh cookie is asked for, and there is none. */
const isNobodyYet = (message: ConsoleMessage): boolean => /401/.test(message.text()) && message.location().url.endsWith('/auth/refresh');
