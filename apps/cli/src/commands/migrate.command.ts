import { Command } from 'commander';
import { createDataSource, migrateDatabase } from '@app/database';
import { openInstance } from '@app/embedded';
import { migrateWarehouse } from '@app/warehouse';
import { print, printJson } from '../output';
import { globalsOf, settingsFor } from '../session';

export function migrateCommand(): Command {
  return new Command('migrate').description('bring both stores to the current schema').action(async (_: unknown, command: Command) => {
    const options = globalsOf(command);
    const instance = await openInstance(settingsFor(options));
    try {
      const warehouse = await migrateWarehouse(instance.clickhouse);
      const dataSource = await createDataSource(instance.postgres).initialize();
      const database = await migrateDatabase(dataSource).finally(() => dataSource.destroy());
      if (options.json) printJson({ warehouse, database });
      else for (const name of [...warehouse, ...database]) print(`applied ${name}`);
      if (!options.json && warehouse.length + database.length === 0) print('both stores are current');
    } finally {
      await instance.stop();
    }
  });
}
