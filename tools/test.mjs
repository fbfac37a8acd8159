// npm test: from nothing to every suite that this machine can run. Names those that it cannot run and why; under CI=true that is a failure.
// npm run test:thorough: with the suites that take minutes each (docs/adr/0045).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { memoryFolder } from './memory-folder.mjs';
import { ensureBuild, ensurePackages, foreground, node, root } from './workspace.mjs';

const canMount = () =>
  [['--mount'], ['--user', '--map-root-user', '--mount']].some(
    (way) =>
      spawnSync('unshare', [...way, '--', 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', os.tmpdir()], { stdio: 'ignore' }).status === 0,
  );
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
  {
    suite: 'a disk that gets full',
    ok: canMount(),
    why: 'this machine lets nobody mount a tmpfs in a mount namespace of its own',
    remedy: 'run as root, or allow user namespaces',
    optional: true, // containers of CI may forbid it, which nobody can install
  },
];

const thorough = process.argv.includes('--thorough');
const asked = process.argv.slice(2).filter((word) => word !== '--thorough');

await ensurePackages();
await ensureBuild();
const missing = needs.filter(({ ok }) => !ok);
if (!thorough) process.stderr.write('not run: generated worlds and stores killed at every point (npm run test:thorough)\n');
for (const { suite, why, remedy } of missing) process.stderr.write(`not run: ${suite} (${why}; ${remedy})\n`);

const began = performance.now();
const cache = path.join(root, 'node_modules/.cache/jest');
const files = [];
const temporary = memoryFolder();

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (interrupted = true));
let passed = 0;
let failed = 0;
let skipped = 0;
async function jest(args) {
  const results = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-results-')), 'jest.json');
  const code = await foreground(
    node(),
    [
      '--max-semi-space-size=32', // of the workers, too: they make much that lives for one question only
      path.join(root, 'node_modules/jest/bin/jest.js'),
      ...['--json', `--outputFile=${results}`, `--cacheDirectory=${cache}`],
      ...[...args, ...asked],
    ],
    { NODE_ENV: 'test', ...(temporary === null ? {} : { TMPDIR: temporary }) },
  );
  const before = failed;
  try {
    const told = JSON.parse(fs.readFileSync(results, 'utf8'));
    passed += told.numPassedTests;
    // a file that does not even load is a failure too
    failed +=
      told.numFailedTests + told.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
    skipped += told.numPendingTests;
    for (const { name, startTime, endTime } of told.testResults)
      files.push({ name: path.relative(root, name), seconds: (endTime - startTime) / 1000 });
  } catch {
    failed++;
  } finally {
    fs.rmSync(path.dirname(results), { recursive: true, force: true });
  }
  if (code !== 0 && failed === before) failed++;
  return code;
}
if (asked.length > 0) await jest([]);
else {
  const code = await jest(['--selectProjects', 'unit', 'integration', 'e2e', 'web', ...(thorough ? ['thorough'] : [])]);
  // after the others, for they take the machine for themselves
  if (code !== 130 && !interrupted) await jest(['--selectProjects', 'faults', '--maxWorkers=100%']);
}
// whoever adds a test sees what the others pay for it
files.sort((left, right) => right.seconds - left.seconds);
const minutes = (seconds) => (seconds / 60).toFixed(1);
if (files.length > 10)
  process.stdout.write(
    [
      `${files.length} files in ${minutes((performance.now() - began) / 1000)} min, one after another ${minutes(files.reduce((sum, { seconds }) => sum + seconds, 0))} min; the slowest:`,
      ...files.slice(0, 10).map(({ name, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${name}`),
      '',
    ].join('\n'),
  );
const needed = missing.filter(({ optional }) => !optional);
if (process.env.CI === 'true' && needed.length > 0) {
  process.stderr.write(`under CI every suite must run; not run: ${needed.map(({ suite }) => suite).join(', ')}\n`);
  failed += needed.length;
}
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 ? 1 : 0;
