// npm run test:collectors: the collectors against platforms that misbehave. `-- --long`: five hundred mixtures, shared among as many processes as there are
// cores (four at most); `--resume`: without the portions that an earlier long run of the same seed came through; `-- --seed N`: the random choices of an earlier
// run. Everything else goes to jest.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensurePackages, foreground, node, root } from './workspace.mjs';

const given = process.argv.slice(2);
const long = given.includes('--long');
const resume = given.includes('--resume');
const seedAt = given.indexOf('--seed');
const seed = seedAt < 0 ? '20261122' : given[seedAt + 1];
const rest = given.filter((word, at) => !['--long', '--resume'].includes(word) && (seedAt < 0 || (at !== seedAt && at !== seedAt + 1)));

await ensurePackages();
process.stderr.write(`collectors: ${long ? 'long' : 'short'} form, seed ${seed}\n`);
const jest = path.join(root, 'node_modules/jest/bin/jest.js');
const run = (pattern, env) =>
  foreground(node(), [jest, '--selectProjects', 'integration', '--testPathPatterns', pattern, ...rest], {
    NODE_ENV: 'test',
    VITRINE_TEST_SEED: seed,
    ...env,
  });

if (!long) process.exitCode = await run('integration/collection-', {});
else {
  const folder = path.join(root, 'node_modules/.cache/vitrine');
  const done = path.join(folder, `mixtures-${seed}`);
  fs.mkdirSync(folder, { recursive: true });
  if (!resume) fs.rmSync(done, { force: true });
  const parts = Math.min(4, os.availableParallelism());
  const mixtures = Array.from({ length: parts }, (_, at) =>
    run('integration/collection-mixtures', { VITRINE_TEST_LONG: '1', VITRINE_TEST_PART: `${at + 1}/${parts}`, VITRINE_TEST_DONE: done }),
  );
  const codes = await Promise.all(mixtures);
  codes.push(await run('integration/collection-(scenarios|pushes)', { VITRINE_TEST_LONG: '1' }));
  process.exitCode = Math.max(...codes);
}
