import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { anchorKey, contentOf, isSignedBy, parsedAnchor, signedAnchor, type Anchor, type SignedAnchor } from './anchor';

/** Of a data folder: one folder per brand, in it one file per anchor, named by its number. */
export const ANCHOR_FOLDER = 'anchors';
const FILE = /^(\d{12})\.json$/;

/** What is wrong with an anchor file: it is not as it was signed, or the one that it follows is gone or another. */
export interface AnchorFault {
  file: string;
  kind: 'signature' | 'link';
}

/** The anchors of one brand in a data folder, the oldest first, and what is wrong with them. Only what is as it was signed is in `anchors`. */
export function readAnchors(dataDir: string, secret: string, brandId: number): { anchors: SignedAnchor[]; faults: AnchorFault[] } {
  const key = anchorKey(secret);
  const anchors: SignedAnchor[] = [];
  const faults: AnchorFault[] = [];
  let previous: string | null = null;
  for (const [name, anchor] of anchorFiles(dataDir, brandId)) {
    const file = path.posix.join(ANCHOR_FOLDER, String(brandId), name);
    if (anchor === null || anchor.brandId !== brandId || Number(FILE.exec(name)?.[1]) !== anchor.seq || !isSignedBy(key, anchor)) {
      faults.push({ file, kind: 'signature' });
      continue;
    }
    if (anchor.previous !== previous) faults.push({ file, kind: 'link' });
    previous = contentOf(anchor);
    anchors.push(anchor);
  }
  return { anchors, faults };
}

/** Writes an anchor down; one that is there for the same end stays. */
export function writeAnchor(dataDir: string, secret: string, anchor: Anchor): void {
  const folder = path.join(dataDir, ANCHOR_FOLDER, String(anchor.brandId));
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${String(anchor.seq).padStart(12, '0')}.json`);
  if (!fs.existsSync(file)) replaceFile(file, signedAnchor(secret, anchor));
}

/** Signs all anchors that the former secret signed under the next one. Cut short, it is run again: what is under the next stays. Answers how many. */
export function resignAnchors(dataDir: string, { previous, next }: { previous: string; next: string }): number {
  const folder = path.join(dataDir, ANCHOR_FOLDER);
  const former = anchorKey(previous);
  let signed = 0;
  for (const brand of fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => /^\d+$/.test(name)) : [])
    for (const [name, anchor] of anchorFiles(dataDir, Number(brand)))
      if (anchor && isSignedBy(former, anchor)) {
        replaceFile(path.join(folder, brand, name), signedAnchor(next, anchor));
        signed++;
      }
  return signed;
}

function* anchorFiles(dataDir: string, brandId: number): Generator<[string, SignedAnchor | null]> {
  const folder = path.join(dataDir, ANCHOR_FOLDER, String(brandId));
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder).sort())
    if (FILE.test(name)) yield [name, parsedAnchor(fs.readFileSync(path.join(folder, name), 'utf8'))];
}

function replaceFile(file: string, anchor: SignedAnchor): void {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  fs.writeFileSync(draft, `${JSON.stringify(anchor)}\n`, { mode: 0o600, flush: true, flag: 'wx' });
  fs.renameSync(draft, file);
}
