import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.resolve(__dirname, '../../../..');

function sources(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'dist' ? [] : sources(file);
    return /\.ts$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name) ? [file] : [];
  });
}

describe('docs/audit.md', () => {
  it('names every act that the sources write down by its name', () => {
    const told = fs.readFileSync(path.join(root, 'docs/audit.md'), 'utf8');
    const written = [path.join(root, 'apps'), path.join(root, 'libs')]
      .flatMap(sources)
      .filter((file) => !file.includes('/platform-sim/'))
      .flatMap((file) => [
        ...fs.readFileSync(file, 'utf8').matchAll(/\baction: (?:[^'\n]* \? )?'([a-z-]+\.[a-z-]+)'(?: : '([a-z-]+\.[a-z-]+)')?/g),
      ])
      .flatMap(([, ...actions]) => actions.filter((action): action is string => action !== undefined));
    expect(written.length).toBeGreaterThan(20);
    expect([...new Set(written)].filter((action) => !told.includes(`\`${action}\``)).sort()).toEqual([]);
  });
});
