import type { Bench } from '../bench';
import { ASKED } from '../generator/year';
import type { Goal, GoalGroup, Measured } from '../goal';
import { openDuckDb } from '../peers/duckdb';
import { Answer, Peer, assertSame } from '../peers/peer';
import { openPostgres } from '../peers/postgres';
import { CLICKHOUSE_VST, PeerName, PeerRows, rawWindow } from '../questions';
import { ensureRollups, rolledUpVst } from '../rollups';
import { PairedTimes, milliseconds, pairedRatio, runsFor } from '../timing';

const WINDOW = rawWindow(ASKED);
const SKIPPED = 'peers hold the rows a second and third time: asked at 10 M rows and below';

async function raw(bench: Bench): Promise<Answer> {
  const rows = await bench.rows<{ account_key: string; vst: string }>(CLICKHOUSE_VST, { brandId: bench.brandId, ...WINDOW });
  return new Map(rows.map(({ account_key, vst }) => [signed(account_key), Number(vst)]));
}

async function rolledUp(bench: Bench): Promise<Answer> {
  const rows = await rolledUpVst(bench, ASKED.yyyymm);
  return new Map(rows.map(({ accountKey, vst }) => [signed(accountKey), Number(vst)]));
}

/** As the peers hold it. */
const signed = (key: string): string => BigInt.asIntN(64, BigInt(key)).toString();

type Against = PeerRows | 'rolledUp';

interface PeerTimes {
  version: string;
  pairs: Partial<Record<Against, PairedTimes>>;
}

/** Every engine answers, the answers are compared, then peer and store take turns. Rolled up, the peer reads what is resolved already. */
async function against(bench: Bench, open: (bench: Bench) => Promise<Peer>): Promise<PeerTimes> {
  const expected = await bench.once('raw answer', () => raw(bench));
  await ensureRollups(bench);
  assertSame('account_month', expected, await rolledUp(bench));
  const peer = await open(bench);
  try {
    const pairs: PeerTimes['pairs'] = {};
    for (const rows of ['delivered', 'resolved'] as const) {
      const ask = () => peer.showroomVisitors(WINDOW, rows);
      assertSame(`${peer.name} (${rows})`, expected, await ask());
      const runs = Math.min(9, Math.max(5, runsFor(await milliseconds(ask))));
      pairs[rows] = await pairedRatio(runs, ask, () => raw(bench));
      if (rows === 'resolved') pairs.rolledUp = await pairedRatio(runs, ask, () => rolledUp(bench));
    }
    return { version: peer.version, pairs };
  } finally {
    await peer.close();
  }
}

const OPEN: Record<PeerName, (bench: Bench) => Promise<Peer>> = { DuckDB: openDuckDb, PostgreSQL: openPostgres };

const timesOf = (bench: Bench, name: PeerName) => bench.once(`peer ${name}`, () => against(bench, OPEN[name]));

function measured(name: PeerName, which: Against): Goal['measure'] {
  return async (bench): Promise<Measured> => {
    if (!bench.options.peers) return { value: null, note: SKIPPED };
    const { version, pairs } = await timesOf(bench, name);
    const pair = pairs[which];
    if (!pair) return { value: null, note: 'not asked' };
    return {
      value: pair.ratio,
      note: `${name} ${version} ${pair.numerator.toFixed(0)} ms, ClickHouse ${pair.denominator.toFixed(1)} ms, ${pair.runs} pairs; same answer`,
    };
  };
}

const goal = (name: PeerName, which: Against, what: string, atLeast: number): Goal => ({
  name: `${name} ÷ ${what}`,
  unit: '×',
  bound: { atLeast },
  measure: measured(name, which),
});

export const peers: GoalGroup = {
  name: 'peers',
  goals: [
    goal('DuckDB', 'delivered', 'entries, exact month from the rows as delivered', 5),
    goal('DuckDB', 'resolved', 'entries, exact month with corrections resolved beforehand', 5),
    goal('PostgreSQL', 'delivered', 'entries, exact month from the rows as delivered', 2),
    goal('PostgreSQL', 'resolved', 'entries, exact month with corrections resolved beforehand', 2),
    goal('DuckDB', 'rolledUp', 'account-month rows', 40),
    goal('PostgreSQL', 'rolledUp', 'account-month rows', 40),
  ],
};
