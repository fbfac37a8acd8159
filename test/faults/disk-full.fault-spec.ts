import * as fs from 'node:fs';
import * as path from 'node:path';
import { seeded } from '../support/fault-seed';
import { noSmallDisk, spawnOnSmallDisk } from '../support/small-disk';
import { vanishingFolder } from '../support/vanishing-folder';

const ROOT = path.resolve(__dirname, '../..');
const MONTH = '2026-01';
const FILES = 10;
const ROWS_A_FILE = 8_000;

interface Outcome {
  acknowledged: number;
  errors: { code: string; text: { zh: string; en: string }; remedy?: { zh: string; en: string } }[];
  freeWhenFull: number;
  keptBefore: { rows: string; print: string };
  keptAfter: { rows: string; print: string };
  reruns: unknown[];
  kept: Record<'filled' | 'clean', { rows: string; print: string }>;
  figures: Record<'filled' | 'clean', { name: string; showroomVisitors: number | null; entries: number }[]>;
}

describe('a disk that gets full', () => {
  const folder = vanishingFolder('disk');
  const disk = path.join(folder.path, 'disk');
  const files = path.join(folder.path, 'files');
  fs.mkdirSync(disk);
  const refused = noSmallDisk(disk);
  if (refused) console.warn(`not run: a disk that gets full (${refused})`);

  afterAll(() => folder.remove());

  /** Rows that hardly compress, most of them of one month, so that some file does not fit any more. */
  const writeFiles = () => {
    const random = seeded(7);
    fs.mkdirSync(files);
    for (let file = 0; file < FILES; file++) {
      const rows = Array.from({ length: ROWS_A_FILE }, (_, at) =>
        JSON.stringify({
          platform: 'douyin',
          accountId: `a${at % 5}`,
          viewer: `v${Math.floor(random() * 1000)}`,
          enteredAt: Date.UTC(2026, 0, 2) + Math.floor(random() * 28 * 86_400_000),
          dwellSeconds: Math.floor(random() * 3000),
          observedAt: Date.UTC(2026, 5, 1),
          entryId: `${Math.floor(random() * 2 ** 50)}`,
        }),
      );
      fs.writeFileSync(path.join(files, `entries.${file}.ndjson`), `${rows.join('\n')}\n`);
    }
  };

  const outcomeOf = () =>
    new Promise<Outcome>((resolve, reject) => {
      const program = [process.execPath, '-r', path.join(ROOT, 'tools/run-ts.cjs'), path.join(ROOT, 'test/support/disk-full-child.ts')];
      const child = spawnOnSmallDisk(disk, 520, [...program, disk, files, MONTH]);
      let said = '';
      let complaint = '';
      child.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()));
      child.stderr?.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
      child.once('close', (code) => (code === 0 ? resolve(JSON.parse(said) as Outcome) : reject(new Error(`${code}: ${complaint}`))));
    });

  (refused ? it.skip : it)(
    'an import that fills it is told so, what was acknowledged is kept, and after room was made the rerun ends like one clean import',
    async () => {
      writeFiles();
      const outcome = await outcomeOf();
      expect(outcome.acknowledged).toBeGreaterThan(0);
      expect(outcome.acknowledged).toBeLessThan(FILES);
      expect(outcome.errors).toMatchObject([{ code: 'disk_full', text: { zh: expect.stringContaining('满') as string } }]);
      expect(outcome.errors[0].remedy?.en).toMatch(/[Ff]ree/);
      expect(Number(outcome.keptAfter.rows)).toBeGreaterThanOrEqual(Number(outcome.keptBefore.rows));
      expect(Number(outcome.keptBefore.rows)).toBeGreaterThan(0);
      expect(outcome.reruns).toEqual(outcome.reruns.map(() => 0));
      expect(outcome.kept.filled).toEqual(outcome.kept.clean);
      expect(outcome.figures.filled).toEqual(outcome.figures.clean);
      expect(outcome.figures.clean.some((row) => (row.showroomVisitors ?? 0) > 0)).toBe(true);
    },
    600_000,
  );
});
