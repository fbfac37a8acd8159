import * as fs from 'node:fs';
import * as path from 'node:path';

const root = path.resolve(__dirname, '../../../..');

function files(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    return entry.isDirectory() ? files(path.join(folder, entry.name)) : [entry.name];
  });
}

describe('docs/security.md', () => {
  const text = fs.readFileSync(path.join(root, 'docs/security.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+\.\d+\.\d+) +\| (\S+) +\| (.+?) +\|$/gm)].map(([, number, state, what]) => ({
    number,
    state,
    what,
  }));

  it('judges each requirement once, and counts them as they stand', () => {
    expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
    const count = (state: string) => rows.filter((row) => row.state === state).length;
    expect(text).toContain(`${count('held')} held, ${count('n/a')} not applicable, ${count('**open**')} open`);
    expect(count('held') + count('n/a') + count('**open**')).toBe(rows.length);
    expect(rows.every(({ what }) => what.length > 1)).toBe(true);
  });

  it('names tests that exist', () => {
    const known = new Set(['apps', 'libs', 'test', 'frontend/src'].flatMap((folder) => files(path.join(root, folder))));
    const named = [...text.matchAll(/`([\w.-]+\.(?:int-spec|e2e-spec|spec))`/g)].map(([, name]) => `${name}.ts`);
    expect(named.length).toBeGreaterThan(50);
    // where the text explains the suffixes
    expect([...new Set(named)].filter((name) => !known.has(name) && !name.startsWith('x.'))).toEqual([]);
  });
});
