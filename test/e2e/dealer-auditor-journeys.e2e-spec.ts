import * as fs from 'node:fs';
import * as path from 'node:path';
import { Browser, BrowserContext, Page, chromium } from 'playwright-core';
import { SystemClock, loadSettings } from '@app/config';
import type { CaseRow, Page as ListPage, Role, Signal } from '@app/contracts';
import { createDataSource, StateReader } from '@app/database';
import { openInstance } from '@app/embedded';
import { importRows } from '@app/ingest';
import { Warehouse } from '@app/warehouse';
import { caseParts } from '../../apps/process/case-services';
import { RunningProduct, get, temporaryFolder, until, vitrineJson } from '../support/cli';
import { LONG_ID, ROOM, ndjson, prepareBrand } from '../support/cli-brand';
import { untilNothingRunsOn } from '../support/instance-processes';
import { OF_THEME_AND_LANGUAGE, seriousFindings } from '../support/page-checks';
import { signedIn, type SignedIn } from '../support/sign-in';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
/** Where pictures of the pages are kept; unset: none are taken. */
const PICTURES = process.env.VITRINE_PICTURES;
const inBrowser = fs.existsSync(CHROMIUM) ? describe : describe.skip;
const MINUTE = 60_000;
const STARTED = Date.parse('2026-10-12T19:00:00+08:00');
const at = (minute: number) => new Date(STARTED + minute * MINUTE).toISOString();

/** Two detectors of two families that speak of one broadcast. */
const signal = (detector: string, family: Signal['family'], accountId: string): Signal => ({
  signalId: `${detector}-${accountId}`,
  detector,
  version: 1,
  family,
  subject: { kind: 'session', platform: 'douyin', accountId, sessionId: accountId === ROOM ? 'S2' : 'L1' },
  dealerId: accountId === ROOM ? 'D01' : 'D02',
  window: { from: at(0), to: at(120) },
  strength: 0.99995,
  dataTier: 'T2',
  evidence: {
    text: { zh: '人均停留与在线曲线不符。', en: 'Mean dwell does not agree with the curve.' },
    figures: [
      {
        name: 'dwellPerViewer',
        label: { zh: '人均停留', en: 'Dwell' },
        value: 900,
        ownReference: 210,
        peerReference: 240,
        honestQuantile: 0.9999,
      },
    ],
    minutes: [30, 31, 32, 33].map((minute) => ({ at: at(minute), value: 400, expected: 90 })),
    removes: [
      {
        kind: 'units',
        platform: 'douyin',
        accountId,
        origin: 'session',
        item: accountId === ROOM ? 'S2' : 'L1',
        line: 'live_view',
        day: '2026-10-12',
        units: 300,
        low: 200,
        high: 380,
      },
    ],
    sql: 'SELECT 1',
    parameters: {},
    sqlHash: 'a'.repeat(64),
  },
});

inBrowser('what dealers and auditors do, in a browser (needs /usr/bin/chromium)', () => {
  const folder = temporaryFolder();
  const data = path.join(folder, 'data');
  const complaints: string[] = [];
  let product: RunningProduct;
  let browser: Browser;
  let url: string;
  const contexts = new Map<string, BrowserContext>();
  const people = new Map<Role, Promise<SignedIn>>();
  /** Each signs in once: codes are good for one. */
  const person = (role: Role): Promise<SignedIn> => people.get(role) ?? people.set(role, signedIn(url, role)).get(role)!;

  beforeAll(async () => {
    await prepareBrand(data);
    await addEvidence();
    product = RunningProduct.up(data);
    [url, browser] = await Promise.all([
      product.ready(),
      chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS.split(' ') }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await untilNothingRunsOn(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  // of the console, of axe, of widths: all of a journey at once
  afterEach(() => expect(complaints.splice(0)).toEqual([]));

  /** Minutes of a broadcast, and what detectors say of it. */
  async function addEvidence(): Promise<void> {
    const settings = loadSettings({ VITRINE_DATA: data, LOG_LEVEL: 'silent' });
    const instance = await openInstance(settings);
    const warehouse = Warehouse.connect(instance.clickhouse);
    const dataSource = await createDataSource(instance.postgres).initialize();
    try {
      const { brandId } = await new StateReader(dataSource, instance.secret).brand('brand');
      const minutes = Array.from({ length: 100 }, (_, minute) => ({
        ...{ platform: 'douyin', accountId: ROOM, sessionId: 'S2', minute: at(minute), views: 9 },
        concurrent: minute >= 30 && minute < 40 ? 400 : 80 + (minute % 7) * 3,
      })).filter((_, minute) => minute < 60 || minute > 66);
      await importRows({ warehouse, dataSource, secret: instance.secret, dataDir: data }, { kind: 'minutes', brandId, rows: minutes });
      const stores = { settings, instance, warehouse, dataSource, clock: new SystemClock(), close: () => Promise.resolve() };
      const signals = [ROOM, LONG_ID].flatMap((id) => [signal('conservation', 'physics', id), signal('concurrencyShape', 'shape', id)]);
      const { opened } = await caseParts(stores).intake.take(brandId, signals);
      expect(opened).toHaveLength(2);
    } finally {
      await warehouse.close();
      await dataSource.destroy();
      await instance.stop();
    }
  }

  /** A page of somebody who is signed in. */
  async function pageOf(role: Role, size = { width: 1440, height: 900 }): Promise<Page> {
    let context = contexts.get(role);
    if (!context) {
      const { cookie } = await person(role);
      context = await browser.newContext({ timezoneId: 'America/New_York', locale: 'zh-CN', reducedMotion: 'reduce' });
      const [name, value] = cookie.split('=');
      await context.addCookies([{ name, value, domain: '127.0.0.1', path: '/api/v1/auth', httpOnly: true, sameSite: 'Strict' }]);
      contexts.set(role, context);
    }
    const page = await context.newPage();
    await page.setViewportSize(size);
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    return page;
  }
  const open = async (page: Page, address: string, what: RegExp) => {
    await page.goto(`${url}${address}`);
    await page.locator('#content', { hasText: what }).waitFor();
  };

  /** Nothing serious that axe finds, in both themes and languages; no word without its text; nothing wider than the screen. */
  async function checked(page: Page, name: string): Promise<void> {
    for (const [theme, language] of [
      ['light', 'zh-CN'],
      ['dark', 'en'],
    ]) {
      const dark = await page.evaluate(() => document.documentElement.classList.contains('dark'));
      if (dark !== (theme === 'dark'))
        await page
          .locator('button[aria-label="深色"], button[aria-label="浅色"], button[aria-label="Dark"], button[aria-label="Light"]')
          .first()
          .click();
      if ((await page.evaluate(() => document.documentElement.lang)) !== language)
        await page
          .getByRole('button', { name: language === 'en' ? 'English' : '中文' })
          .first()
          .click();
      await page.waitForTimeout(150);
      const found = await seriousFindings(page, theme === 'dark' ? OF_THEME_AND_LANGUAGE : undefined);
      complaints.push(...found.map((fault) => `${name} ${theme} ${fault}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      const bare = /\b(desk|audit|live|word)\.\w+(\.\w+)*/.exec(await page.locator('body').innerText())?.[0];
      if (bare) complaints.push(`${name} ${language} shows ${bare}`);
      if (wide > 0) complaints.push(`${name} ${theme} is ${wide} px too wide`);
      if (PICTURES) await page.screenshot({ path: path.join(PICTURES, `${name}-${theme}-${language}.png`) });
    }
    await page.evaluate(() => localStorage.clear());
  }
  const casesOf = async (role: Role) => (await get<ListPage<CaseRow>>(`${url}/api/v1/cases`, (await person(role)).headers)).body.rows;

  it('a dealer lands on the own score, on a phone, and finds why it changed and what to do', async () => {
    const page = await pageOf('dealer', { width: 390, height: 844 });
    await page.goto(url);
    await page.waitForURL(/\/desk\/score/);
    await open(page, '/desk/score/2026-10', /下一步/);
    await page.locator('#content', { hasText: '离下一层级' }).waitFor();
    expect(await page.locator('#content').textContent()).toMatch(/得分由什么构成/);
    await checked(page, 'desk-score-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, '/desk/score/2026-10', /下一步/);
    await checked(page, 'desk-score');
    await page.close();
  });

  it('sessions lead to their report with the minute curve; viewers, data and findings answer', async () => {
    const page = await pageOf('dealer');
    await open(page, '/desk/sessions/2026-10', /七号直播间/);
    await checked(page, 'desk-sessions');
    await open(page, '/desk/sessions/2026-10', /七号直播间/);
    await page.locator('tr', { hasText: '2026-10-12' }).getByRole('link').click();
    await page.waitForURL(/\/live\/douyin\/007\?session=S2/);
    await page.locator('#content canvas').first().waitFor();
    expect(await page.locator('#content').textContent()).toMatch(/数据缺口/);
    await checked(page, 'session-report');
    await open(page, '/desk/viewers/2026-10', /忠实率/);
    await checked(page, 'desk-viewers');
    await open(page, '/desk/data', /账号与授权/);
    await checked(page, 'desk-data');
    // a person has not looked at the finding yet: the dealer is told nothing
    await open(page, '/desk/findings', /没有需要解释的发现/);
    await checked(page, 'desk-findings-none');
    // what is another dealer's is not there, whoever asks by its address
    await page.goto(`${url}/live/douyin/${LONG_ID}?session=L1`);
    await page.locator('[role="alert"]').waitFor();
    complaints.splice(0); // the browser tells of the 404
    await page.goto(`${url}/cases`);
    await page.locator('.no-permission').waitFor();
    await page.close();
  });

  it('the wall shows a room as soon as its minutes come, and greys what is old', async () => {
    const page = await pageOf('auditor', { width: 1920, height: 1080 });
    await open(page, '/live', /现在没有直播间在播/);
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const minute = (accountId: string, ago: number, concurrent: number) => ({
      platform: 'douyin',
      accountId,
      sessionId: `now-${accountId}`,
      minute: new Date(now - ago * MINUTE).toISOString(),
      concurrent,
      views: 3,
    });
    const rows = [...[4, 3, 2, 1].map((ago) => minute(ROOM, ago, 100 + ago)), ...[9, 8, 7].map((ago) => minute(LONG_ID, ago, 55))];
    const file = path.join(folder, 'now.ndjson');
    fs.writeFileSync(file, ndjson(rows));
    await vitrineJson(['--data', data, 'import', 'minutes', file, '--json']);
    await page.locator('.tile.fresh', { hasText: '七号直播间' }).waitFor();
    expect(await page.locator('.tile.fresh .number').textContent()).toBe('101');
    await page.locator('.tile.stale', { hasText: '长号直播间' }).waitFor();
    expect(await page.locator('.ticker').textContent()).toMatch(/七号直播间 开播/);
    await checked(page, 'live-wall');
    await page.setViewportSize({ width: 390, height: 844 });
    await checked(page, 'live-wall-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, '/live/douyin/007', /逐分钟在线/);
    await checked(page, 'live-room');
    await page.close();
  });

  it('an auditor goes through the queue by keys; nothing is decided without a reason', async () => {
    const page = await pageOf('auditor');
    await open(page, '/cases', /核查队列/);
    await page.locator('.queue li.current').waitFor();
    await page.locator('article.case', { hasText: '总量守恒' }).waitFor();
    await checked(page, 'case-queue');
    await open(page, '/cases', /核查队列/);
    const first = await page.locator('.queue li.current').textContent();
    await page.keyboard.press('j');
    await until('the next row', async () => (await page.locator('.queue li.current').textContent()) !== first, 10);
    await page.keyboard.press('k');
    await page.locator('.queue li', { hasText: '七号直播间' }).getByRole('button').click();
    await page.locator('article.case', { hasText: '七号直播间' }).waitFor();
    await page.keyboard.press('1');
    await page.locator('textarea[name="reason"]').waitFor();
    await page.locator('.decide form button[type="submit"]').click();
    await page.locator('.decide [role="alert"]', { hasText: '请写明理由' }).waitFor();
    expect((await casesOf('senior-auditor')).every(({ outcome }) => outcome === null)).toBe(true);
    await page.locator('textarea[name="reason"]').fill('两项独立检测一致');
    await page.locator('.decide form button[type="submit"]').click();
    await until('the decision', async () => (await casesOf('senior-auditor')).some(({ outcome }) => outcome === 'confirmed'), 20);
    await open(page, '/detectors', /总量守恒/);
    await checked(page, 'detectors');
    await open(page, '/sample', /随机抽检/);
    await checked(page, 'sample');
    await page.close();
  });

  it('the dealer reads what was found, appeals with a file, and another reviewer overturns it', async () => {
    const page = await pageOf('dealer', { width: 390, height: 844 });
    await open(page, '/desk/findings', /七号直播间/);
    await checked(page, 'desk-findings-phone');
    await open(page, '/desk/findings', /七号直播间/);
    await page.locator('.cards a').first().click();
    await page.locator('#content', { hasText: '总量守恒' }).waitFor();
    await page.locator('#content canvas').first().waitFor();
    await checked(page, 'desk-finding-phone');
    await page.reload();
    await page.locator('textarea[name="appeal"]').fill('当晚有嘉宾到场，');
    await page.reload(); // what was typed is kept
    await page.locator('textarea[name="appeal"]').waitFor();
    expect(await page.locator('textarea[name="appeal"]').inputValue()).toBe('当晚有嘉宾到场，');
    await page.locator('textarea[name="appeal"]').fill('当晚有嘉宾到场，附现场照片。');
    const file = path.join(folder, 'note.txt');
    fs.writeFileSync(file, '现场说明');
    await page.locator('input[name="files"]').setInputFiles(file);
    await page.locator('form.appeal button[type="submit"]').click();
    await page.locator('.appeals', { hasText: 'note.txt' }).waitFor();
    await page.close();

    const senior = await pageOf('senior-auditor');
    await open(senior, '/appeals', /有嘉宾到场/);
    await checked(senior, 'appeals');
    await open(senior, '/appeals', /有嘉宾到场/);
    await senior.getByRole('link', { name: '打开案件' }).click();
    await senior.locator('textarea[name="verdict"]').fill('照片与时段吻合');
    await senior.getByRole('button', { name: '推翻原结论' }).click();
    await until('the verdict', async () => (await casesOf('auditor')).some(({ state }) => state === 'overturned'), 20);
    await senior.locator('article.case', { hasText: '已推翻' }).first().waitFor();
    await checked(senior, 'case-overturned');
    await open(senior, '/orders', /整改单/);
    await checked(senior, 'orders');
    await senior.close();
  });
});
