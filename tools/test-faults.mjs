// npm run test:faults: what kills, full disks, wrong clocks and broken connections do to the stores. `-- --long`: hundreds of kills (about an hour);
// `-- --seed N`: the random choices of an earlier run. Everything else goes to jest.
import path from 'node:path';
import { ensurePackages, foreground, node, root } from './workspace.mjs';

const given = process.argv.slice(2);
const long = given.includes('--long');
const seedAt = given.indexOf('--seed');
const seed = seedAt < 0 ? String(Math.floor(Math.random() * 2 ** 31)) : given[seedAt + 1];
const rest = given.filter((word, at) => word !== '--long' && at !== seedAt && (seedAt < 0 || at !== seedAt + 1));

await ensurePackages();
process.stderr.write(
  `faults: ${long ? 'long' : 'short'} form, seed ${seed} (again: npm run test:faults -- ${long ? '--long ' : ''}--seed ${seed})\n`,
);
process.exitCode = await foreground(node(), [path.join(root, 'node_modules/jest/bin/jest.js'), '--selectProjects', 'faults', ...rest], {
  NODE_ENV: 'test',
  VITRINE_FAULTS: long ? 'long' : 'short',
  VITRINE_FAULT_SEED: seed,
});
