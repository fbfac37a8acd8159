// npm run test:collectors: the collectors against platforms that misbehave. `-- --long`: hundreds of mixtures; `-- --seed N`: the random choices of an
// earlier run. Everything else goes to jest.
import path from 'node:path';
import { ensurePackages, foreground, node, root } from './workspace.mjs';

const given = process.argv.slice(2);
const long = given.includes('--long');
const seedAt = given.indexOf('--seed');
const seed = seedAt < 0 ? '20261122' : given[seedAt + 1];
const rest = given.filter((word, at) => word !== '--long' && at !== seedAt && (seedAt < 0 || at !== seedAt + 1));

await ensurePackages();
process.stderr.write(`collectors: ${long ? 'long' : 'short'} form, seed ${seed}\n`);
const jest = path.join(root, 'node_modules/jest/bin/jest.js');
process.exitCode = await foreground(
  node(),
  [jest, '--selectProjects', 'integration', '--testPathPatterns', 'integration/collection-', ...rest],
  {
    NODE_ENV: 'test',
    VITRINE_TEST_SEED: seed,
    ...(long ? { VITRINE_TEST_LONG: '1' } : {}),
  },
);
