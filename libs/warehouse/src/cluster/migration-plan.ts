import { type MigrationFile, migrationError, migrationFolder, readMigrations } from '../migration-files';
import { historyTable } from '../migration-history';
import { ClusterPlace, ClusterSchema, ClusterStep } from './cluster-schema';
import { StatementNotUnderstood } from './sql-tokens';

/** The statements of every file, as the place wants them, by the number of the file. */
export interface MigrationPlan {
  steps: ReadonlyMap<number, readonly ClusterStep[]>;
  /** Tables and views that every node of a cluster has in the end; none on a single server, which has what its history says. */
  tables: readonly string[];
}

/** Puts the files onto a cluster, or leaves them as they are (`null`). Throws `migration` at a statement that it does not understand, before anything runs. */
export function planMigrations(files: readonly MigrationFile[], place: ClusterPlace | null): MigrationPlan {
  if (!place)
    return {
      steps: new Map(files.map(({ number, statements }) => [number, statements.map((sql) => ({ sql, every: true }))])),
      tables: [],
    };
  const schema = new ClusterSchema(place);
  const steps = new Map(files.map((file) => [file.number, file.statements.flatMap((sql, index) => stepsOf(schema, file, index, sql))]));
  return { steps, tables: schema.tables() };
}

function stepsOf(schema: ClusterSchema, file: MigrationFile, index: number, sql: string): ClusterStep[] {
  try {
    return schema.steps(sql);
  } catch (error) {
    if (!(error instanceof StatementNotUnderstood)) throw error;
    throw migrationError(
      file.name,
      {
        zh: `第 ${index + 1} 条语句无法用于集群：${error.message}`,
        en: `statement ${index + 1} cannot be put onto a cluster: ${error.message}`,
      },
      {
        zh: '请把该语句改写为 docs/adr/0010 所列的形式',
        en: 'Write the statement in one of the forms that docs/adr/0010 lists',
      },
      error,
    );
  }
}

/** What the migrator tells a cluster with Keeper, in order: for whoever reviews it, or runs it by hand. */
export function clusterStatements(cluster: string, database: string, dir: string = migrationFolder()): string[] {
  const place = { cluster, database, keeper: true };
  const { steps } = planMigrations(readMigrations(dir), place);
  return [historyTable(place), ...[...steps.values()].flatMap((each) => each.map(({ sql }) => sql))];
}
