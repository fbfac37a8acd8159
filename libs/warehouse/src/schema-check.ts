import { VitrineError, type ErrorDetail } from '@app/contracts';
import type { ColumnType, FactTable } from './fact-table';
import { FACT_TABLES } from './tables/facts';
import type { Warehouse } from './warehouse';

/** ClickHouse versions (year.month) on which the tests run. Another one is used with a warning. */
export const TESTED_VERSIONS: readonly string[] = ['26.7'];
/** What an untested version may do otherwise. */
const UNTESTED = {
  zh: 'Native 块写入、UInt128 版本的替换合并（FINAL 与 is_deleted）、物化视图改写、编解码器 GCD/T64、BACKUP/RESTORE',
  en: 'inserts of Native blocks, replacing merges by a UInt128 version (FINAL with is_deleted), MODIFY QUERY of views, the codecs GCD and T64, BACKUP/RESTORE',
};

/** Columns that only the landing log keeps. */
const LANDING_ONLY = ['delivery_id', 'ingested_at'];

/** One column that is not as it is declared. `found` null: it is not there. */
export interface SchemaDifference {
  table: string;
  column: string;
  declared: string;
  found: string | null;
}

export interface ColumnFound {
  table: string;
  name: string;
  type: string;
}

/** The zone of an instant is for display only. */
const sameType = (declared: ColumnType, found: string): boolean => found.replace(/(DateTime64\(\d), '[^']*'\)/g, '$1)') === declared;

/** Declared columns that the found ones lack or have with another type. A table of a cluster has a `_local` part with the same columns. */
export function schemaDifferences(tables: readonly FactTable[], found: readonly ColumnFound[]): SchemaDifference[] {
  const columns = new Map<string, Map<string, string>>();
  for (const { table, name, type } of found) columns.set(table, (columns.get(table) ?? new Map<string, string>()).set(name, type));
  const differences: SchemaDifference[] = [];
  for (const { name, columns: declared } of tables)
    for (const suffix of ['_landing', ''])
      for (const table of [`${name}${suffix}`, `${name}${suffix}_local`]) {
        const there = columns.get(table);
        if (!there && table.endsWith('_local')) continue;
        for (const [column, type] of Object.entries(declared)) {
          if (suffix === '' && LANDING_ONLY.includes(column)) continue;
          const type2 = there?.get(column) ?? null;
          if (type2 === null || !sameType(type, type2)) differences.push({ table, column, declared: type, found: type2 });
        }
      }
  return differences;
}

/**
 * Compares the store with the declarations of the fact tables, from which rows are encoded. Throws `wrong_version` that names every difference;
 * rows of another shape would be refused one by one, or worse, taken. Call it at the start of whatever writes.
 */
export async function assertSchema(warehouse: Warehouse): Promise<void> {
  const names = FACT_TABLES.flatMap(({ name }) => [`${name}_landing`, name].flatMap((table) => [table, `${table}_local`]));
  const found = await warehouse.query<ColumnFound>({
    name: 'schema.columns',
    sql: `SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND table IN {names: Array(String)}`,
    params: { names },
  });
  const views = await warehouse.query<{ name: string }>({
    name: 'schema.views',
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'`,
  });
  const there = new Set(views.map(({ name }) => name));
  const differences = [
    ...schemaDifferences(FACT_TABLES, found),
    ...FACT_TABLES.filter(({ name }) => !there.has(`${name}_arrival`)).map(({ name }) => ({
      table: `${name}_arrival`,
      column: '*',
      declared: 'MaterializedView',
      found: null,
    })),
  ];
  if (differences.length > 0) throw differs(differences);
}

function differs(differences: readonly SchemaDifference[]): VitrineError {
  const details = differences.map(({ table, column, declared, found }): ErrorDetail => ({
    field: `${table}.${column}`,
    message:
      found === null
        ? `declared ${declared}, but it is not there · 声明为 ${declared}，但不存在`
        : `declared ${declared}, found ${found} · 声明为 ${declared}，实际为 ${found}`,
  }));
  const shown = details.slice(0, 5).map(({ field, message }) => `${field}: ${message.split(' · ')[0]}`);
  const more = details.length > shown.length ? ` … (${details.length})` : '';
  return new VitrineError(
    'wrong_version',
    {
      zh: `事实库的表结构与本版本不一致：${shown.join('；')}${more}`,
      en: `The tables of the fact store are not those of this version: ${shown.join('; ')}${more}`,
    },
    {
      remedy: {
        zh: '请运行 `vitrine migrate`；若仍不一致，请使用写入该库的 Vitrine 版本，或还原被手工修改的表',
        en: 'Run `vitrine migrate`. If it stays so, use the version of Vitrine that wrote this store, or restore the table that was changed by hand',
      },
      details,
    },
  );
}

/** What to warn of when the server is of a version that no test has seen; null: nothing. */
export function untestedVersion(version: string): { zh: string; en: string } | null {
  const major = /^\d+\.\d+/.exec(version)?.[0] ?? version;
  if (TESTED_VERSIONS.includes(major)) return null;
  const tested = TESTED_VERSIONS.join(', ');
  return {
    zh: `ClickHouse ${version} 未经测试（已测试：${tested}）。未验证的部分：${UNTESTED.zh}。`,
    en: `ClickHouse ${version} is untested (tested: ${tested}). Not verified on it: ${UNTESTED.en}.`,
  };
}

export async function serverVersion(warehouse: Warehouse): Promise<string> {
  const [{ version }] = await warehouse.query<{ version: string }>({ name: 'schema.version', sql: 'SELECT version() AS version' });
  return version;
}
