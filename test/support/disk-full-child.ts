// What happens to both stores on a disk that gets full, told in one JSON line. Runs with a small disk of its own, which ends with this process:
//   unshare --mount sh -c 'mount -t tmpfs … FOLDER && exec node -r ./tools/run-ts.cjs test/support/disk-full-child.ts FOLDER FILES MONTH'
// FILES is a folder of parcels (`<kind>.<number>.ndjson`), to be imported in the order of their names. It ends when its stdin does.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { SystemClock, loadSettings } from '@app/config';
import { VitrineError } from '@app/contracts';
import { createDataSource, ensureBrand, migrateDatabase } from '@app/database';
import { openInstance } from '@app/embedded';
import { importFiles } from '@app/ingest';
import { ReportService } from '@app/reports';
import { Warehouse, migrateWarehouse } from '@app/warehouse';

const LEFT_FREE = 4 * 2 ** 20;
const freeBytes = (folder: string): number => {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
};
const told = (error: unknown) =>
  error instanceof VitrineError
    ? { code: error.code, text: error.text, remedy: error.options.remedy }
    : { code: 'none', text: { en: error instanceof Error ? error.message : String(error), zh: '' } };

async function main([folder, filesFolder, month]: string[]): Promise<void> {
  process.stdin.resume().on('end', () => process.exit(1));
  const dataDir = path.join(folder, 'data');
  const instance = await openInstance(loadSettings({ VITRINE_DATA: dataDir }));
  await migrateWarehouse(instance.clickhouse);
  const warehouse = Warehouse.connect(instance.clickhouse);
  const dataSource = await createDataSource(instance.postgres).initialize();
  await migrateDatabase(dataSource);
  const { secret } = instance;
  const ingest = { warehouse, dataSource, secret, dataDir };
  const files = fs.readdirSync(filesFolder).sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1]));
  const brandOf = async (code: string) => (await ensureBrand(dataSource, { code, name: 'Brand', zone: 'Asia/Shanghai' })).brandId;
  const importOne = (name: string, brandId: number) =>
    importFiles(ingest, { kind: name.split('.')[0], files: [path.join(filesFolder, name)], brandId });
  const keptOf = async (brandId: number) => {
    const sql = `SELECT count() AS rows, sum(cityHash64(entered_at, source, dwell_seconds, session_id)) AS print
                 FROM facts(entries) WHERE brand_id = {brandId: UInt32}`;
    return (await warehouse.query({ name: 'kept', sql, params: { brandId } }))[0];
  };
  const figures = async (brand: string) => {
    const reports = new ReportService({ warehouse, dataSource, secret, clock: new SystemClock() });
    return (await reports.report({ name: 'showroom', level: 'account', basis: 'adjusted', month, brand }, 'all')).rows;
  };

  const filled = await brandOf('filled');
  const ballast = path.join(folder, 'ballast');
  fs.writeFileSync(ballast, Buffer.alloc(Math.max(0, freeBytes(folder) - LEFT_FREE)));
  const acknowledged: string[] = [];
  const errors: ReturnType<typeof told>[] = [];
  let keptBefore: unknown;
  for (const name of files) {
    keptBefore = await keptOf(filled);
    try {
      await importOne(name, filled);
      acknowledged.push(name);
    } catch (error) {
      errors.push(told(error));
      break;
    }
  }
  const freeWhenFull = freeBytes(folder);
  fs.rmSync(ballast);
  const keptAfter = await keptOf(filled);
  const pending = files.filter((name) => !acknowledged.includes(name));
  const reruns: unknown[] = [];
  for (const name of pending) reruns.push(await importOne(name, filled).then((result) => result.rejected, told));
  const clean = await brandOf('clean');
  for (const name of files) await importOne(name, clean);
  const answer = {
    acknowledged: acknowledged.length,
    errors,
    freeWhenFull,
    keptBefore,
    keptAfter,
    reruns,
    kept: { filled: await keptOf(filled), clean: await keptOf(clean) },
    figures: { filled: await figures('filled'), clean: await figures('clean') },
  };
  await warehouse.close();
  await dataSource.destroy();
  await instance.stop();
  fs.writeSync(1, `${JSON.stringify(answer)}\n`);
  process.exit(0);
}
main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
