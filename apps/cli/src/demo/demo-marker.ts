import * as fs from 'node:fs';
import * as path from 'node:path';
import { WorldChoice } from './demo-world';

/** How far the demo of a data folder is, so that a second quickstart, or one after an interruption, goes on instead of starting over. */
export interface DemoMarker extends WorldChoice {
  files: boolean;
  imported: string[];
  collected: boolean;
  /** Newest months that were collected; absent: all twelve. */
  months?: number;
}

/** Months of the demo brand's world. */
export const DEMO_MONTHS = 12;

const markerFile = (dataDir: string) => path.join(dataDir, 'demo', 'progress.json');

export function readMarker(dataDir: string, choice: WorldChoice & { months: number }): DemoMarker {
  try {
    const marker = JSON.parse(fs.readFileSync(markerFile(dataDir), 'utf8')) as DemoMarker;
    // a demo that is there stays as it is, and gets the months that are asked for; --full on a small one, or another seed, starts over with its files
    // (facts are kept by identity)
    const isSame = marker.seed === choice.seed && (marker.full || !choice.full);
    if (isSame && marker.collected && (marker.months ?? DEMO_MONTHS) >= choice.months) return marker;
    if (isSame) return { ...marker, months: choice.months, collected: false };
  } catch {
    // none yet
  }
  return { ...choice, files: false, imported: [], collected: false };
}

export function saveMarker(dataDir: string, marker: DemoMarker): void {
  const file = markerFile(dataDir);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, JSON.stringify(marker));
  fs.renameSync(`${file}.new`, file);
}

/** Does this data folder hold the demo brand? */
export const hasDemo = (dataDir: string): boolean => fs.existsSync(markerFile(dataDir));
