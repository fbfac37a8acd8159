import * as fs from 'node:fs';
import * as path from 'node:path';
import { migrationFolder, pendingMigrations, readMigrations, splitStatements } from './migration-files';

describe('migration files', () => {
  it('statements end with a semicolon at a line end; semicolons inside a line and comments do not end or make one', () => {
    expect(splitStatements("-- first; then\nSELECT 'a;b';\n-- only a comment;\n\nSELECT 2; \nSELECT 3")).toEqual([
      "-- first; then\nSELECT 'a;b'",
      'SELECT 2',
      'SELECT 3',
    ]);
  });

  it('the product’s files are numbered without gap and each holds a statement', () => {
    const files = readMigrations(migrationFolder());
    expect(files.map(({ number }) => number)).toEqual(files.map((_file, index) => index + 1));
    for (const { statements } of files) expect(statements.length).toBeGreaterThan(0);
  });

  it('the folder is found from dist, too', () => {
    const root = path.resolve(__dirname, '../../..');
    expect(migrationFolder(path.join(root, 'dist/libs/warehouse/src'))).toBe(path.join(root, 'migrations/clickhouse'));
    expect(fs.existsSync(migrationFolder())).toBe(true);
  });

  it('a file before the last applied one that was never applied is refused', () => {
    const [first, second, third] = readMigrations(migrationFolder());
    expect(pendingMigrations([first, second, third], [first])).toEqual([second, third]);
    expect(() => pendingMigrations([first, second, third], [first, third])).toThrow(second.name);
  });
});
