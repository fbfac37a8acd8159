import type { EntryDelivery, SessionDelivery } from './oracle/showroom-oracle';
import type { RollupWorlds, Told } from './rollup-worlds';
import { shuffled } from './seeded';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** After every observation of the worlds. */
const LATER = Date.parse('2026-05-02T00:00:00Z');
const SOURCES = ['feed', 'file', 'api-final', 'correction'] as const;

/**
 * Corrections of some of the rows, observed after all of them: retracted, brought back, another dwell, another session, sessions that start elsewhere,
 * end elsewhere or go away; each from any source. Every eighth account is emptied.
 */
export function corrections(rows: readonly Told[], random: () => number): Told[] {
  let observedAt = LATER;
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)];
  const accounts = [...new Set(rows.map((row) => row.account))];
  const emptied = new Set(accounts.filter((_, at) => at % 8 === 3));
  const entryOf = (entry: EntryDelivery): EntryDelivery =>
    pick([
      { ...entry, retracted: true },
      { ...entry, retracted: false },
      { ...entry, retracted: false, dwellSeconds: pick([null, 0, 45, 4000, 86_400]) },
      { ...entry, retracted: false, sessionId: pick(['', 's0', 's1', 's2', 's5', 'elsewhere']) },
    ]);
  const sessionOf = (session: SessionDelivery): SessionDelivery => {
    const startedAt = session.startedAt + pick([-40 * DAY, -9 * DAY, -2 * HOUR, 3 * HOUR, 5 * DAY, 35 * DAY]);
    return pick<SessionDelivery>([
      { ...session, retracted: true },
      { ...session, retracted: false, startedAt, endedAt: startedAt + pick([10, 120, 4000]) * 60_000 },
      { ...session, retracted: false, endedAt: pick([null, session.startedAt + 60_000, session.startedAt + 2 * DAY]) },
      { ...session, retracted: false, uniqueViewers: pick([null, 3, 20]) },
    ]);
  };
  return rows.flatMap((row): Told[] => {
    const told = { observedAt: (observedAt += 1000), source: pick(SOURCES) };
    if (emptied.has(row.account)) return [withRow(row, { retracted: true, observedAt: told.observedAt + DAY })];
    if (random() > ('entry' in row ? 0.25 : 0.6)) return [];
    const source = random() < 0.5 ? told.source : 'entry' in row ? row.entry.source : row.session.source;
    if ('entry' in row) return [{ account: row.account, entry: { ...entryOf(row.entry), ...told, source } }];
    return [{ account: row.account, session: { ...sessionOf(row.session), ...told, source } }];
  });
}

const withRow = (row: Told, change: { retracted: boolean; observedAt: number }): Told =>
  'entry' in row
    ? { account: row.account, entry: { ...row.entry, ...change } }
    : { account: row.account, session: { ...row.session, ...change } };

/**
 * Delivers rows in random parts and order, some of them twice, refreshing in between, once while a delivery is open; at the end everything is delivered
 * and refreshed. Answers how many keys the refreshes computed.
 */
export async function liveThrough(brand: RollupWorlds, rows: readonly Told[], random: () => number): Promise<number[]> {
  const order = shuffled(rows, random);
  const parts: Told[][] = [[], [], [], [], []];
  for (const row of order) {
    const part = Math.floor(random() * parts.length);
    parts[part].push(row);
    if (random() < 0.15) parts[Math.min(parts.length - 1, part + 1)].push(row);
  }
  const keys: number[] = [];
  const early = Math.floor(random() * 2); // the refresh of the open delivery finds what came since
  for (const [at, part] of parts.entries()) {
    const delivery = await brand.begin();
    const half = Math.floor(part.length * random());
    await brand.write(delivery, part.slice(0, half));
    if (at === 3) keys.push((await brand.refresh()).keys);
    await brand.write(delivery, part.slice(half));
    await brand.finish(delivery);
    if (at === early) keys.push((await brand.refresh()).keys);
  }
  keys.push((await brand.refresh()).keys);
  return keys;
}
