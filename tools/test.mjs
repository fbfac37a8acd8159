// npm test: from nothing to every suite that this machine can run. Names those that it cannot run and why; under CI=true that is a failure.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { ensureBuild, ensurePackages, foreground, node, root } from './workspace.mjs';

const has = (program) => spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
const needs = [
  { suite: 'jobs on Redis', ok: has('redis-server'), why: 'no redis-server on this machine', remedy: 'apt-get install redis-server' },
  {
    suite: 'the page in a browser',
    ok: has('chromium'),
    why: 'no chromium on this machine',
    remedy: 'apt-get install chromium fonts-wqy-zenhei',
  },
  {
    suite: 'migrations on PostgreSQL 15',
    ok: fs.existsSync('/usr/lib/postgresql/15/bin/postgres'),
    why: 'no PostgreSQL 15 on this machine',
    remedy: 'apt-get install postgresql',
  },
];

await ensurePackages();
await ensureBuild();
const missing = needs.filter(({ ok }) => !ok);
for (const { suite, why, remedy } of missing) process.stderr.write(`not run: ${suite} (${why}; ${remedy})\n`);

const results = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-results-')), 'jest.json');
const code = await foreground(
  node(),
  [path.join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${results}`, ...process.argv.slice(2)],
  { NODE_ENV: 'test' },
);
let passed = 0;
let failed = 0;
let skipped = 0;
try {
  const jest = JSON.parse(fs.readFileSync(results, 'utf8'));
  passed = jest.numPassedTests;
  // a file that does not even load is a failure too
  failed = jest.numFailedTests + jest.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  skipped = jest.numPendingTests;
} catch {
  failed = 1;
} finally {
  fs.rmSync(path.dirname(results), { recursive: true, force: true });
}
if (code !== 0 && failed === 0) failed = 1;
if (process.env.CI === 'true' && missing.length > 0) {
  process.stderr.write(`under CI every suite must run; not run: ${missing.map(({ suite }) => suite).join(', ')}\n`);
  failed += missing.length;
}
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 ? 1 : 0;
