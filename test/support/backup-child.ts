// One process that saves the instance of a data folder, or restores into it: what the fault tests kill. With `load:3` it stands still for
// ever at the third sign of that step, after it has said so. It says how many signs there were, and what it leaves behind after a failure.
//   node -r ./tools/run-ts.cjs test/support/backup-child.ts save|restore BACKUP_DIR DATA_DIR [STEP:SIGN]
import * as fs from 'node:fs';
import { openData, restoreTo, saveTo } from './backup-stores';

async function main([what, dir, dataDir, pause]: string[]): Promise<void> {
  const signs: Record<string, number> = {};
  const onProgress = ({ step }: { step: string }) => {
    signs[step] = (signs[step] ?? 0) + 1;
    if (`${step}:${signs[step]}` !== pause) return;
    fs.writeSync(1, 'paused\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  };
  if (what === 'restore') await restoreTo(dir, dataDir, { onProgress });
  else {
    const stores = await openData(dataDir);
    await saveTo(stores, dir, { onProgress }).finally(() => stores.close());
  }
  console.log(`done ${JSON.stringify(signs)}`);
}
const [, dir] = process.argv.slice(2);
main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  console.log(`left ${JSON.stringify(fs.existsSync(dir) ? fs.readdirSync(dir) : [])}`);
  process.exit(1);
});
