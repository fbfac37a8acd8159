import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { dayStart, HOUR, monthFirstDay, monthText } from '../world/calendar';
import type { World } from '../world/world';
import { channelsExport } from './channels-export';
import { writeEntryFile } from './entry-file';
import { writeKuaishouSheet } from './kuaishou-sheet';
import type { WorldFile } from './manifest';
import { accountRows, costRows, dealerRows, declarationRows, grantRows, policyRows, rateCardRows, regionRows, sentinelRows } from './rows';

export interface WorldFilesResult {
  files: WorldFile[];
  /** Rows of feed entries. */
  entries: number;
}

/** Writes everything of the world that no platform interface gives, as import files, with `manifest.json` in import order. */
export async function writeWorldFiles(world: World, dir: string, options: { full?: boolean } = {}): Promise<WorldFilesResult> {
  const full = options.full ?? false;
  const files: WorldFile[] = [];
  await mkdir(dir, { recursive: true });
  await writeState(world, dir, full, files);
  await writeExports(world, dir, files);
  let entries = 0;
  for (const month of world.months) {
    await letOthersRun(); // a month is written in one go: between two of them the end of the life line is seen
    const file = `entries-${monthText(month)}.ndjson`;
    entries += writeEntryFile(world, month, full, join(dir, file));
    files.push({
      file,
      kind: 'entries',
      source: 'feed',
      observedAt: new Date(dayStart(monthFirstDay(month + 1)) + 2 * HOUR).toISOString(),
    });
  }
  await writeFile(join(dir, 'manifest.json'), `${JSON.stringify(files, null, 2)}\n`);
  return { files, entries };
}

async function writeState(world: World, dir: string, full: boolean, files: WorldFile[]): Promise<void> {
  const kinds: [string, Record<string, unknown>[]][] = [
    ['regions', regionRows(world)],
    ['dealers', dealerRows(world)],
    ['accounts', accountRows(world)],
    ['policies', policyRows(world)],
    ['sentinels', sentinelRows()],
    ['rate-cards', rateCardRows(world)],
    ['costs', costRows(world)],
    ['declarations', declarationRows(world, full)],
    ['grants', grantRows(world)],
  ];
  for (const [kind, rows] of kinds) {
    const file = `${kind}.ndjson`;
    // tokens are in there: for the owner's eyes only
    await writeFile(join(dir, file), rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 });
    files.push({ file, kind });
  }
}

/** Kuaishou sessions by hand-kept sheets, Channels videos by the assistant's export of the month's last evening. */
async function writeExports(world: World, dir: string, files: WorldFile[]): Promise<void> {
  for (const month of world.months) {
    const file = `kuaishou-sessions-${monthText(month)}.xlsx`;
    await writeKuaishouSheet(world, month, join(dir, file));
    files.push({
      file,
      kind: 'sessions',
      source: 'file',
      observedAt: new Date(dayStart(monthFirstDay(month + 1)) + 10 * HOUR).toISOString(),
    });
  }
  for (const account of world.of('channels')) {
    await mkdir(join(dir, 'channels-videos', account.accountId), { recursive: true });
    for (const month of world.months) {
      const at = dayStart(monthFirstDay(month + 1)) - HOUR / 2;
      const file = join('channels-videos', account.accountId, `${monthText(month)}.csv`);
      await writeFile(join(dir, file), channelsExport(world, account, at));
      const { platform, accountId } = account;
      files.push({
        file,
        kind: 'channels-assistant',
        account: { platform, accountId },
        source: 'file',
        observedAt: new Date(at).toISOString(),
      });
    }
  }
}
