import * as fs from 'node:fs';
import * as path from 'node:path';
import { FACT_TABLES } from '@app/warehouse';
import { factRule } from './fact-rules';

const MIGRATIONS = path.resolve(__dirname, '../../../migrations/clickhouse');

describe('rules of a backup', () => {
  it('every table that a migration makes has one', () => {
    const tables = fs
      .readdirSync(MIGRATIONS)
      .flatMap((name) => [...fs.readFileSync(path.join(MIGRATIONS, name), 'utf8').matchAll(/^CREATE TABLE IF NOT EXISTS (\w+)/gm)])
      .map(([, table]) => table);
    expect(tables.length).toBeGreaterThan(2 * FACT_TABLES.length);
    expect(tables.filter((table) => factRule(table, 'MergeTree') === null)).toEqual([]);
  });

  it('every fact is saved from its landing log', () => {
    for (const fact of FACT_TABLES) {
      expect(factRule(`${fact.name}_landing`, 'MergeTree')).toEqual({ kind: 'landing', fact });
      expect(factRule(fact.name, 'ReplacingMergeTree')).toEqual({ kind: 'fact', fact });
    }
  });

  it('tables of works under way and views are left out, others have no rule', () => {
    const passing = ['schema_migrations_lock', 'schema_migrations_lock_0a1b-2c', 'import_staging_0123456789abcdef'];
    for (const table of [...passing, 'scan_staging_0123456789abcdef_rooms', 'scan_staging_0123456789abcdef_entries'])
      expect(factRule(table, 'MergeTree')).toEqual({ kind: 'left-out' });
    expect(factRule('entries_arrival', 'MaterializedView')).toEqual({ kind: 'left-out' });
    for (const table of ['signals', 'entries_landing_old', 'import_staging', 'x_import_staging_00'])
      expect(factRule(table, 'MergeTree')).toBeNull();
  });
});
