// npm run quickstart: from nothing to the ranking of a demo brand, then the page. `-- --exit` stops after the ranking, `-- --full` takes 4 M entries.
import { ensureBuild, ensurePackages, foreground, node } from './workspace.mjs';

await ensurePackages();
await ensureBuild();
process.exitCode = await foreground(node(), ['--enable-source-maps', 'dist/apps/cli/src/main.js', 'demo', ...process.argv.slice(2)]);
