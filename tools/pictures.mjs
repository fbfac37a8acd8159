// npm run pictures: starts the demo brand as `npm run quickstart` does, signs in as its people and takes the pictures of docs/user and the README, in both
// languages. `-- --only NAME,…` takes some; `-- --all` also takes each page narrow and dark, for looking at, into the folder pictures/ (not committed).
// Needs Chromium at /usr/bin/chromium (CHROMIUM_PATH names another).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { node, root } from './workspace.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' }, all: { type: 'boolean', default: false } } });
const DOCS = path.join(root, 'docs/pictures');
const LOOSE = path.join(root, 'pictures');

/** Name of the picture, whose page it is, address (each opens the newest month), what has to be there. */
const PAGES = [
  ['overview', 'brand-admin', '/overview', '.key-figure .number'],
  ['ranking', 'brand-admin', '/ranking?level=dealer', 'tr.row'],
  ['map', 'brand-admin', '/map', '.data-table'],
  ['structure', 'brand-admin', '/structure', '.heat'],
  ['what-if', 'brand-admin', '/what-if', 'main h1'],
  ['closes', 'brand-admin', '/closes', 'main h1'],
  ['rates', 'brand-admin', '/rates', 'main h1'],
  ['import', 'brand-admin', '/import', 'main h1'],
  ['coverage', 'brand-admin', '/coverage', 'main h1'],
  ['my-score', 'dealer', '/desk/score', 'main h1'],
  ['my-data', 'dealer', '/desk/data', 'main h1'],
  ['cases', 'auditor', '/cases', 'main h1'],
  ['live', 'brand-admin', '/live', 'h1'],
];

/** The demo, running: its address, its people by role, and how it ends. */
async function demo() {
  const child = spawn(node(), [path.join(root, 'tools/quickstart.mjs')], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
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

async function signedIn(url, login, password) {
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
  return { name, value: value.join('='), domain: new URL(url).hostname, path: '/api/v1/auth', httpOnly: true, sameSite: 'Strict' };
}

/** Light and wide for the documents; with `--all` also narrow and dark. */
const LOOKS = [
  { suffix: '', folder: DOCS, viewport: { width: 1440, height: 900 }, dark: false, always: true },
  { suffix: '-narrow', folder: LOOSE, viewport: { width: 390, height: 844 }, dark: false },
  { suffix: '-dark', folder: LOOSE, viewport: { width: 1440, height: 900 }, dark: true },
];
const wanted = (name) => values.only === undefined || values.only.split(',').includes(name);

async function takeAll({ url, people }, browser) {
  const roles = [...new Set(PAGES.filter(([name]) => wanted(name)).map(([, role]) => role))];
  for (const role of roles) {
    if (!people.get(role)) throw new Error(`no sign-in was printed for ${role}`);
    let cookies = [await signedIn(url, role, people.get(role))];
    for (const language of ['zh', 'en'])
      for (const look of LOOKS.filter(({ always }) => always || values.all)) {
        const context = await browser.newContext({ timezoneId: 'Asia/Shanghai', viewport: look.viewport });
        await context.addCookies(cookies);
        await context.addInitScript(
          ([locale, theme]) => {
            localStorage.setItem('vitrine.locale', JSON.stringify(locale));
            localStorage.setItem('vitrine.theme', JSON.stringify(theme));
          },
          [language === 'zh' ? 'zh-CN' : 'en', look.dark ? 'dark' : 'light'],
        );
        await take(context, url, { role, look, language });
        cookies = await context.cookies(`${url}/api/v1/auth/refresh`);
        await context.close();
      }
  }
}

async function take(context, url, { role, look, language }) {
  const page = await context.newPage();
  for (const [name, of, address, ready] of PAGES) {
    if (of !== role || !wanted(name)) continue;
    await page.goto(`${url}${address}`);
    await page.locator(ready).first().waitFor();
    if (name !== 'live') await page.waitForLoadState('networkidle');
    await page.waitForTimeout(700); // charts move into place
    fs.mkdirSync(look.folder, { recursive: true });
    await page.screenshot({ path: path.join(look.folder, `${name}${look.suffix}-${language}.png`) });
    process.stderr.write(`${name}${look.suffix}-${language}\n`);
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
