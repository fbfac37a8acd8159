import * as fs from 'node:fs';
import * as path from 'node:path';
import { Brand, addDays, addMonths, dayStart } from '@app/contracts';
import { importFiles } from '@app/ingest';
import type { CollectService } from '../../../process/process-roles';
import type { Stores } from '../../../process/stores';
import { say } from '../output';
import { progressLine } from '../progress';
import { ingestOn } from '../session';
import { DemoMarker, saveMarker, DEMO_MONTHS } from './demo-marker';
import { PlatformServers, writeDemoFiles } from './demo-world';
import { VirtualClock } from './virtual-clock';

/** A file of the demo, as `manifest.json` lists them in import order. */
interface DemoFile {
  file: string;
  kind: string;
  account?: { platform: string; accountId: string };
  observedAt?: string;
  source?: 'file' | 'feed';
}

const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const filesFolder = (dataDir: string) => path.join(dataDir, 'demo', 'files');

/** Step 1: what people fill in and download, as files. */
export async function makeFiles(dataDir: string, marker: DemoMarker): Promise<void> {
  if (marker.files) return;
  const began = Date.now();
  fs.rmSync(filesFolder(dataDir), { recursive: true, force: true });
  await writeDemoFiles(filesFolder(dataDir), marker);
  marker.files = true;
  saveMarker(dataDir, marker);
  say(`files of the demo brand written: ${seconds(began)}`);
}

/** Step 2: those files through `import`. Files of one kind, account rule and source go in together. */
export async function importDemoFiles(stores: Stores, brand: Brand, marker: DemoMarker): Promise<void> {
  const { dataDir } = stores.settings;
  const folder = filesFolder(dataDir);
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as DemoFile[] | { files: DemoFile[] };
  const files = (Array.isArray(manifest) ? manifest : manifest.files).filter(({ file }) => !marker.imported.includes(file));
  const began = Date.now();
  const progress = progressLine('import');
  let rows = 0;
  for (let at = 0; at < files.length;) {
    const { kind, source } = files[at];
    // a large file alone, so that an interrupted quickstart goes on after it
    const large = (one: DemoFile) => fs.statSync(path.join(folder, one.file)).size > 1_000_000;
    const end = files.findIndex(
      (one, index) => index > at && (large(one) || large(files[at]) || one.kind !== kind || one.source !== source),
    );
    const together = files.slice(at, end < 0 ? undefined : end);
    const result = await importFiles(ingestOn(stores), {
      kind,
      files: together.map(({ file, account, observedAt }) => ({
        file: path.join(folder, file),
        account: account && `${account.platform}/${account.accountId}`,
        observedAt: observedAt === undefined ? undefined : Date.parse(observedAt),
      })),
      brandId: brand.brandId,
      source,
      onProgress: ({ bytes, totalBytes }) =>
        progress.update({ done: at + bytes / Math.max(1, totalBytes ?? bytes), total: files.length, rows }),
    });
    if (result.rejected > 0) say(`${kind}: ${result.rejected} rows rejected, see ${result.rejectsFiles.join(', ')}`);
    rows += result.read;
    marker.imported.push(...together.map(({ file }) => file));
    saveMarker(dataDir, marker);
    at += together.length;
  }
  progress.end();
  if (files.length > 0) say(`${files.length} files imported, ${rows.toLocaleString('en')} rows: ${seconds(began)}`);
}

/** Late in the evening: the day's last reading of videos and followers; sessions of the day before are final by then. */
const ROUND_MS = 23.5 * 3_600_000;
/** Rounds after the last day, until its sessions are final. */
const ROUNDS_AFTER = 2;

/** Step 3: daily rounds of a year, or of its newest months, against the local platform servers, whose clock moves with ours. */
export async function collectDemo(
  collect: CollectService,
  clock: VirtualClock,
  servers: PlatformServers,
  brand: Brand,
  stores: Stores,
  marker: DemoMarker,
): Promise<void> {
  if (marker.collected) return;
  const began = Date.now();
  const first = `${addMonths(marker.endMonth, 1 - (marker.months ?? DEMO_MONTHS))}-01`;
  const after = `${addMonths(marker.endMonth, 1)}-01`;
  const instants: number[] = [];
  for (let day = first; day < addDays(after, ROUNDS_AFTER); day = addDays(day, 1)) instants.push(dayStart(day, brand.zone) + ROUND_MS);
  const progress = progressLine('collect from the platform servers, day by day');
  const summary = await collect.replay({
    brandId: brand.brandId,
    instants,
    moveTo: async (instant) => {
      await servers.setNow(instant);
      clock.set(instant);
    },
    onRound: (done, total) => progress.update({ done, total }),
  });
  progress.end();
  marker.collected = true;
  saveMarker(stores.settings.dataDir, marker);
  say(`${summary.accounts} accounts collected in ${summary.rounds} daily rounds: ${seconds(began)}`);
  // the same trouble of one account day after day is one line
  const troubles = new Map<string, number>();
  for (const { platform, accountId, kind, message } of summary.failures) {
    const line = `${platform} ${accountId} ${kind}: ${message.zh} / ${message.en}`;
    troubles.set(line, (troubles.get(line) ?? 0) + 1);
  }
  for (const [line, rounds] of troubles) say(`  not collected in ${rounds} rounds: ${line}`);
}
