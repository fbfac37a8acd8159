// One process that saves the instance of a data folder, or restores into it, and says a line at every sign of progress: what the fault tests kill.
//   node -r ./tools/run-ts.cjs test/support/backup-child.ts save|restore BACKUP_DIR DATA_DIR
import { openData, restoreTo, saveTo } from './backup-stores';

async function main([what, dir, dataDir]: string[]): Promise<void> {
  const onProgress = ({ step, done }: { step: string; done: number }) => console.log(`${step} ${done}`);
  if (what === 'restore') await restoreTo(dir, dataDir, { onProgress });
  else {
    const stores = await openData(dataDir);
    await saveTo(stores, dir, { onProgress });
    await stores.close();
  }
  console.log('done');
}
main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
