// One process that imports a file into the running instance of a data folder: what the fault tests kill.
//   node -r ./tools/run-ts.cjs test/support/import-child.ts DATA_DIR BRAND_ID KIND FILE
import { loadSettings } from '@app/config';
import { createDataSource } from '@app/database';
import { openInstance } from '@app/embedded';
import { importFiles } from '@app/ingest';
import { Warehouse } from '@app/warehouse';

async function main([dataDir, brandId, kind, file]: string[]): Promise<void> {
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  const warehouse = Warehouse.connect(instance.clickhouse);
  const dataSource = await createDataSource(instance.postgres).initialize();
  await importFiles({ warehouse, dataSource, secret: instance.secret, dataDir }, { kind, files: [file], brandId: Number(brandId) });
  await warehouse.close();
  await dataSource.destroy();
  await instance.stop();
}
main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
