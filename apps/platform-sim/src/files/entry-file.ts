import { closeSync, openSync, writeSync } from 'node:fs';
import { monthEntries } from '../world/entries';
import type { World } from '../world/world';

const CHUNK = 1 << 20;

/** Writes the feed entries of a month as NDJSON; gives the number of rows. Memory stays at one chunk. */
export function writeEntryFile(world: World, month: number, full: boolean, file: string): number {
  const handle = openSync(file, 'w');
  let rows = 0;
  let chunk = '';
  try {
    for (const account of world.feedAccounts(full)) {
      const head = `{"platform":"${account.platform}","accountId":${JSON.stringify(account.accountId)},"viewer":"`;
      monthEntries(world, account, month, (entry) => {
        chunk += `${head}${entry.viewer}","enteredAt":${entry.enteredAt}`;
        if (entry.dwellSeconds !== null) chunk += `,"dwellSeconds":${entry.dwellSeconds}`;
        if (entry.sessionId !== null) chunk += `,"sessionId":"${entry.sessionId}"`;
        chunk += `,"trafficSource":"${entry.trafficSource}"${entry.isNewAccount ? ',"isNewAccount":true' : ''}}\n`;
        rows++;
        if (chunk.length > CHUNK) {
          writeSync(handle, chunk);
          chunk = '';
        }
      });
    }
    writeSync(handle, chunk);
  } finally {
    closeSync(handle);
  }
  return rows;
}
