import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { seeded } from './fault-seed';
import type { EntryDelivery, SessionDelivery, World } from './oracle/showroom-oracle';
import { EDGES, worldArbitrary } from './oracle/showroom-worlds';

/** One file to import. */
export interface Parcel {
  kind: string;
  file: string;
  rows: number;
}
/** Some accounts and everything that is delivered about them: doubled, corrected, retracted, out of order, split over files. */
export interface Lot {
  accounts: { name: string; world: World }[];
  parcels: Parcel[];
}

const OBSERVED = Date.parse('2026-05-01T00:00:00Z');
const DAY = 86_400_000;
const WORLDS_A_LOT = 3;

const told = (row: EntryDelivery | SessionDelivery) => ({
  source: row.source,
  observedAt: row.observedAt,
  ...(row.retracted ? { retracted: true } : {}),
});
const entryRow = (accountId: string, entry: EntryDelivery) => ({
  platform: 'douyin',
  accountId,
  viewer: entry.viewer,
  enteredAt: entry.enteredAt,
  ...(entry.dwellSeconds === null ? {} : { dwellSeconds: entry.dwellSeconds }),
  ...(entry.sessionId === '' ? {} : { sessionId: entry.sessionId }),
  ...told(entry),
});
const sessionRow = (accountId: string, session: SessionDelivery, random: () => number) => ({
  platform: 'douyin',
  accountId,
  sessionId: session.sessionId,
  startedAt: session.startedAt,
  ...(session.endedAt === null ? {} : { endedAt: session.endedAt }),
  ...(session.uniqueViewers === null ? {} : { uniqueViewers: session.uniqueViewers }),
  views: Math.floor(random() * 5000),
  paidViews: Math.floor(random() * 100),
  likes: Math.floor(random() * 900),
  ...told(session),
});

/** Running totals of two videos, with a correction that comes before what it corrects, and a reading that is taken back. */
function videoRows(accountId: string, random: () => number): object[] {
  return ['v1', 'v2'].flatMap((videoId) => {
    let plays = 0;
    const readings = Array.from({ length: 8 }, (_, at) => ({
      platform: 'douyin',
      accountId,
      videoId,
      publishedAt: EDGES[0] + 3 * DAY,
      readAt: EDGES[0] + (4 + at * 11) * DAY + Math.floor(random() * DAY),
      plays: (plays += Math.floor(random() * 3000)),
      likes: Math.floor(plays / 10),
      source: 'file',
      observedAt: OBSERVED,
    }));
    const corrected = { ...readings[3], plays: readings[3].plays + 7, observedAt: OBSERVED + 5000 };
    const retracted = { ...readings[5], retracted: true, observedAt: OBSERVED + 5000 };
    return [corrected, ...readings, retracted];
  });
}

function shuffled<Row>(rows: Row[], random: () => number): Row[] {
  return rows
    .map((row) => ({ row, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
}

/** Lots of accounts `<name>-<number>`, their files in `folder`. Raffles and staff are left out: they are state, not facts. */
export function makeLots(folder: string, name: string, count: number, seed: number): Lot[] {
  fs.mkdirSync(folder, { recursive: true });
  const random = seeded(seed);
  const worlds = fc.sample(worldArbitrary, { seed, numRuns: count * WORLDS_A_LOT });
  return Array.from({ length: count }, (_, lot) => {
    const accounts = worlds.slice(lot * WORLDS_A_LOT, (lot + 1) * WORLDS_A_LOT).map((world, at) => ({
      name: `${name}-${lot * WORLDS_A_LOT + at}`,
      world: { ...world, raffles: [], staff: [] },
    }));
    const parcels: Parcel[] = [];
    const write = (kind: string, rows: object[]) => {
      if (rows.length === 0) return;
      const file = path.join(folder, `${name}-${lot}-${parcels.length}.ndjson`);
      fs.writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      parcels.push({ kind, file, rows: rows.length });
    };
    const entries = shuffled(
      accounts.flatMap((account) => account.world.entries.map((entry) => entryRow(account.name, entry))),
      random,
    );
    const cut = Math.floor(random() * entries.length);
    write('entries', entries.slice(0, cut));
    write(
      'sessions',
      shuffled(
        accounts.flatMap((account) => account.world.sessions.map((session) => sessionRow(account.name, session, random))),
        random,
      ),
    );
    write(
      'videos',
      accounts.flatMap((account) => shuffled(videoRows(account.name, random), random)),
    );
    write('entries', [...entries.slice(cut), ...entries.slice(0, Math.floor(cut / 4))]); // the first ones once more
    return { accounts, parcels: shuffled(parcels, random) };
  });
}

/** The entries of an account as they must stand after all its deliveries: the last of each (identity, source), written down independently. */
export function standingEntries(world: World): string[] {
  const last = new Map<string, EntryDelivery>();
  const later = (a: EntryDelivery, b: EntryDelivery) =>
    a.observedAt - b.observedAt || Number(a.retracted) - Number(b.retracted) || (a.dwellSeconds ?? -1) - (b.dwellSeconds ?? -1);
  for (const entry of world.entries) {
    const key = `${entry.viewer} ${entry.enteredAt} ${entry.source}`;
    const kept = last.get(key);
    if (!kept || later(entry, kept) > 0) last.set(key, entry);
  }
  return [...last.values()]
    .filter((entry) => !entry.retracted)
    .map((entry) => [entry.viewer, entry.enteredAt, entry.source, entry.dwellSeconds, entry.sessionId].join(' '))
    .sort();
}
