// npm run pictures: starts the demo brand as `npm run quickstart` does, signs in as its people and takes the pictures of docs/user and the README, in both
// languages. `-- --only NAME,…` takes some; `-- --all` takes every page, also narrow, dark and whole, for looking at, into the folder pictures/ (not committed).
// Needs Chromium at /usr/bin/chromium (CHROMIUM_PATH names another).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { ensureBuild, node, root } from './workspace.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, all: { type: 'boolean', default: false } } });
const DOCS = path.join(root, 'docs/pictures');
const LOOSE = path.join(root, 'pictures');

/**
 * Name of the picture, whose page it is (null: nobody's), address (each opens the newest month), what has to be there; `loose`: with `--all` only. Subjects in
 * braces are looked up in the demo.
 */
const PAGES = [
  ['sign-in', null, '/sign-in', 'main h1'],
  ['overview', 'brand-admin', '/overview', '.outline-map path[role], .error-state'],
  ['ranking', 'brand-admin', '/ranking?level=dealer', 'tr.row'],
  ['ranking-accounts', 'brand-admin', '/ranking?level=account', 'tr.row', 'loose'],
  ['map', 'brand-admin', '/map', '.outline-map path[role]'],
  ['map-province', 'brand-admin', '/map?place=44', '.outline-map path[role]', 'loose'],
  ['map-sales', 'brand-admin', '/map?regions=sales', 'canvas', 'loose'],
  ['structure', 'brand-admin', '/structure', '.heat'],
  ['what-if', 'brand-admin', '/what-if', 'main h1'],
  ['footfall', 'brand-admin', '/footfall', 'main h1', 'loose'],
  ['policies', 'brand-admin', '/policies', '.groups', 'loose'],
  ['rates', 'brand-admin', '/rates', 'main h1'],
  ['closes', 'brand-admin', '/closes', 'main h1'],
  ['settlements', 'brand-admin', '/settlements', 'main h1', 'loose'],
  ['import', 'brand-admin', '/import', 'main h1'],
  ['coverage', 'brand-admin', '/coverage', 'main h1'],
  ['grants', 'brand-admin', '/coverage?view=grants', 'main h1', 'loose'],
  ['dealer', 'brand-admin', '/dealers/{dealer}', '.chart canvas'],
  ['account', 'brand-admin', '/accounts/{account}', '.chart canvas', 'loose'],
  ['refused', 'dealer', '/policies', '.no-permission', 'loose'],
  ['my-score', 'dealer', '/desk/score', 'main h1'],
  ['my-sessions', 'dealer', '/desk/sessions', 'main h1', 'loose'],
  ['my-viewers', 'dealer', '/desk/viewers', 'main h1', 'loose'],
  ['my-data', 'dealer', '/desk/data', 'main h1'],
  ['my-findings', 'dealer', '/desk/findings', 'main h1', 'loose'],
  ['cases', 'auditor', '/cases', '.case'],
  ['case', 'auditor', '/cases/{case}', '.case', 'loose'],
  ['inspection', 'auditor', '/inspection?{inspection}', 'table.ledger', 'loose'],
  ['appeals', 'auditor', '/appeals', 'main h1', 'loose'],
  ['orders', 'auditor', '/orders', 'main h1', 'loose'],
  ['detectors', 'auditor', '/detectors', 'main h1', 'loose'],
  ['sample', 'auditor', '/sample', 'main h1', 'loose'],
  ['live', 'brand-admin', '/live', '.tile'],
  ['live-room', 'brand-admin', '/live/{live}', '.chart canvas', 'loose'],
];

/** The demo, running: its address, its people by role, and how it ends. */
async function demo() {
  await ensureBuild(); // the packages are there: this script runs by them
  const child = spawn(node(), ['--enable-source-maps', path.join(root, 'dist/apps/cli/src/main.js'), 'demo'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const people = new Map();
  let said = '';
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      said += chunk;
      process.stdout.write(chunk);
      const ready = /^ready (http\S+)\r?\n/m.exec(said);
      if (ready) resolve(ready[1]);
    });
  });
  for (const line of said.split('\n')) {
    const [, login, password] = /\b([a-z]+(?:-[a-z]+)?)\b\s+│?\s*([a-z2-7]{4}(?:-[a-z2-7]{4}){3})/.exec(line) ?? [];
    if (login) people.set(login, password);
  }
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return { url, people, stop };
}

/** What a command of the operator prints. Throws where it fails. */
async function vitrine(...args) {
  const child = spawn(node(), [path.join(root, 'dist/apps/cli/src/main.js'), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return said;
}
const codeOf = async (login) => /\b\d{6}\b/.exec(await vitrine('users', 'code', login))?.[0] ?? '';

/** Access tokens by login. */
const tokens = new Map();

/** A code of the second factor is good for one sign-in: each person signs in once. */
const cookies = new Map();
async function signedIn(url, login, password) {
  if (!cookies.has(login)) cookies.set(login, await signIn(url, login, password));
  return cookies.get(login);
}

async function signIn(url, login, password) {
  const post = (address, body) =>
    fetch(`${url}/api/v1/auth/${address}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  let response = await post('sign-in', { login, password });
  let answer = await response.json();
  if (answer.step === 'second-factor') {
    response = await post('second-factor', { challenge: answer.challenge, code: await codeOf(login) });
    answer = await response.json();
  }
  if (answer.step !== 'done') throw new Error(`not signed in as ${login}: ${JSON.stringify(answer)}`);
  const [name, ...value] = response.headers.getSetCookie()[0].split(';')[0].split('=');
  tokens.set(login, answer.accessToken);
  return { name, value: value.join('='), domain: new URL(url).hostname, path: '/api/v1/auth', httpOnly: true, sameSite: 'Strict' };
}

/** Light and wide for the documents; with `--all` also as high as most pages are, narrow in English, whose words are longer, and dark in Chinese. */
const LOOKS = [
  { suffix: '', folder: DOCS, viewport: { width: 1440, height: 900 }, dark: false, always: true },
  { suffix: '-whole', folder: LOOSE, viewport: { width: 1440, height: 2200 }, dark: false },
  { suffix: '-narrow', folder: LOOSE, viewport: { width: 390, height: 1800 }, dark: false, only: 'en' },
  { suffix: '-dark', folder: LOOSE, viewport: { width: 1440, height: 1400 }, dark: true, only: 'zh' },
];
/** A wall is as high as its screen. */
const heightOf = (name, { viewport }) => ({ ...viewport, height: name === 'live' && viewport.width > 1000 ? 900 : viewport.height });
const isAsked = (name, loose) => (values.only === undefined ? !loose || values.all : values.only.split(',').includes(name));
/** Pages that no document shows are taken whole at once. */
const pagesOf = (role, look) =>
  PAGES.filter(([name, of, , , loose]) => of === role && isAsked(name, loose) && (look.always ? !(loose && values.all) : values.all));

async function takeAll({ url, people }, browser) {
  for (const role of new Set(PAGES.filter(([name, , , , loose]) => isAsked(name, loose)).map(([, of]) => of))) {
    if (role !== null && !people.get(role)) throw new Error(`no sign-in was printed for ${role}`);
    let jar = role === null ? [] : [await signedIn(url, role, people.get(role))];
    const subjects = role === null ? {} : await subjectsOf(url, role);
    for (const language of ['zh', 'en'])
      for (const look of LOOKS.filter((one) => (one.only ?? language) === language && pagesOf(role, one).length > 0)) {
        const context = await browser.newContext({ timezoneId: 'Asia/Shanghai', viewport: look.viewport });
        await context.addCookies(jar);
        await context.addInitScript(
          ([locale, theme]) => {
            localStorage.setItem('vitrine.locale', JSON.stringify(locale));
            localStorage.setItem('vitrine.theme', JSON.stringify(theme));
          },
          [language === 'zh' ? 'zh-CN' : 'en', look.dark ? 'dark' : 'light'],
        );
        await take(context, url, { role, look, language, subjects });
        jar = await context.cookies(`${url}/api/v1/auth/refresh`);
        await context.close();
      }
  }
}

async function take(context, url, { role, look, language, subjects }) {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000); // of a busy machine
  for (const [name, , address, ready, loose] of pagesOf(role, look)) {
    const to = address.replace(/\{(\w+)\}/, (_, subject) => subjects[subject] ?? '');
    await page.setViewportSize(heightOf(name, look));
    await page.goto(`${url}${to}`);
    const isThere = await page
      .locator(ready)
      .first()
      .waitFor({ timeout: 20_000 })
      .then(() => true)
      .catch(() => false);
    if (!isThere) process.stderr.write(`${name}: ${ready} did not come\n`);
    // a page that goes on asking is taken as it is
    if (!name.startsWith('live')) await page.waitForLoadState('networkidle', { timeout: 20_000 }).catch(() => undefined);
    await page.waitForTimeout(700); // charts move into place
    const folder = loose ? LOOSE : look.folder;
    fs.mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: path.join(folder, `${name}${look.suffix}-${language}.png`) });
    process.stderr.write(`${name}${look.suffix}-${language}\n`);
  }
}

/** What the addresses name: the dealer and the account that do best, the case with the most at stake, a room that is live. */
async function subjectsOf(url, role) {
  const rows = async (address) => {
    const response = await fetch(`${url}/api/v1/${address}`, { headers: { authorization: `Bearer ${tokens.get(role)}` } });
    return response.ok ? ((await response.json()).rows ?? []) : [];
  };
  const { defaultMonth } = await (
    await fetch(`${url}/api/v1/overview`, { headers: { authorization: `Bearer ${tokens.get(role)}` } })
  ).json();
  const best = async (level) =>
    (await rows(`reports/ranking?month=${defaultMonth}&level=${level}`)).find((row) => row.showroomVisitors !== null) ?? {};
  const [dealer, account, [found]] = await Promise.all([
    best('dealer'),
    best('account'),
    rows('cases?order=risk&limit=1').then((all) => all),
  ]);
  const of = found?.subject.accountId ? found.subject : account;
  return {
    dealer: dealer.dealerId ?? '',
    account: `${account.platform}/${account.accountId}`,
    live: liveRooms[0] ?? `${account.platform}/${account.accountId}`,
    case: found?.caseId ?? '',
    inspection: new URLSearchParams({
      platform: of.platform,
      account: of.accountId,
      ...(found?.subject.sessionId ? { session: found.subject.sessionId } : {}),
      ...(found && !found.subject.sessionId ? { from: found.period.from.slice(0, 10), to: found.period.to.slice(0, 10) } : {}),
    }).toString(),
  };
}

/** Rooms that went live in the demo for the pictures. */
const liveRooms = [];
const LIVE_ROOMS = 9;

/** Minutes of some rooms up to now, as a feed delivers them; the last one's feed has fallen silent. */
async function goLive(url, password) {
  await signedIn(url, 'brand-admin', password);
  const headers = { authorization: `Bearer ${tokens.get('brand-admin')}` };
  const { rows } = await (await fetch(`${url}/api/v1/accounts?limit=200`, { headers })).json();
  const rooms = rows.filter(({ dealerName }) => dealerName).filter((_, at, all) => at % Math.ceil(all.length / LIVE_ROOMS) === 0);
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const sessions = [];
  const minutes = [];
  for (const [at, { platform, accountId, name }] of rooms.entries()) {
    const sessionId = `live-${at}`;
    const length = 45 + 9 * at;
    sessions.push({
      platform,
      accountId,
      sessionId,
      title: `${name.slice(0, 8)} 试驾日`,
      startedAt: new Date(now - length * 60_000).toISOString(),
    });
    for (let back = length; back > (at === rooms.length - 1 ? 9 : 0); back--) {
      const gone = length - back;
      const level = (180 + 140 * at) * (1 - Math.exp(-gone / 12)) * (1 + 0.12 * Math.sin(gone / 5 + at));
      minutes.push({
        ...{ platform, accountId, sessionId, minute: new Date(now - back * 60_000).toISOString() },
        concurrent: Math.round(level),
        views: Math.round(level / 4),
      });
    }
    liveRooms.push(`${platform}/${accountId}`);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-live-'));
  try {
    for (const [kind, facts] of Object.entries({ sessions, minutes })) {
      const file = path.join(folder, `${kind}.ndjson`);
      fs.writeFileSync(file, facts.map((fact) => JSON.stringify(fact)).join('\n'));
      await vitrine('import', kind, file);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const running = await demo();
let browser;
let ending;
const end = () =>
  (ending ??= (async () => {
    await browser?.close().catch(() => undefined);
    await running.stop();
  })());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end().finally(() => process.exit(130)));
try {
  await vitrine('integrity', 'scan', '--cases', ...lastMonths());
  await goLive(running.url, running.people.get('brand-admin'));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  await takeAll(running, browser);
} finally {
  await end();
}

/** The newest complete month, as options of a command. */
function lastMonths() {
  const now = new Date();
  const day = (back) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 10);
  return ['--from', day(1), '--to', day(0)];
}
