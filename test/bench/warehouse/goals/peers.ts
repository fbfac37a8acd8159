import type { Bench } from '../bench';
import { ASKED } from '../generator/year';
import type { Goal, GoalGroup, Measured } from '../goal';
import { openDuckDb } from '../peers/duckdb';
import { Answer, Peer, assertSame } from '../peers/peer';
import { openPostgres } from '../peers/postgres';
import { CLICKHOUSE_VST, rawWindow } from '../questions';
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

interface PeerTimes {
  version: string;
  raw: PairedTimes;
  rolledUp: PairedTimes | null;
}

/** Every engine answers, the answers are compared, then peer and store take turns. */
async function against(bench: Bench, open: (bench: Bench) => Promise<Peer>): Promise<PeerTimes> {
  const expected = await bench.once('raw answer', () => raw(bench));
  const withRollups = await ensureRollups(bench);
  if (withRollups) assertSame('account_month', expected, await rolledUp(bench));
  const peer = await open(bench);
  try {
    assertSame(peer.name, expected, await peer.showroomVisitors(WINDOW));
    const ask = () => peer.showroomVisitors(WINDOW);
    const runs = Math.max(5, runsFor(await milliseconds(ask)));
    return {
      version: peer.version,
      raw: await pairedRatio(runs, ask, () => raw(bench)),
      rolledUp: withRollups ? await pairedRatio(runs, ask, () => rolledUp(bench)) : null,
    };
  } finally {
    await peer.close();
  }
}

const OPEN = { DuckDB: openDuckDb, PostgreSQL: openPostgres };
type PeerName = keyof typeof OPEN;

const timesOf = (bench: Bench, name: PeerName) => bench.once(`peer ${name}`, () => against(bench, OPEN[name]));

function measured(name: PeerName, which: 'raw' | 'rolledUp'): Goal['measure'] {
  return async (bench): Promise<Measured> => {
    if (!bench.options.peers) return { value: null, note: SKIPPED };
    const times = await timesOf(bench, name);
    const pair = times[which];
    if (!pair) return { value: null, note: 'no roll-ups' };
    return {
      value: pair.ratio,
      note: `${name} ${times.version} ${pair.numerator.toFixed(0)} ms, ClickHouse ${pair.denominator.toFixed(1)} ms, ${pair.runs} pairs; same answer`,
    };
  };
}

export const peers: GoalGroup = {
  name: 'peers',
  goals: [
    { name: 'DuckDB ÷ entries, exact month', unit: '×', bound: { atLeast: 5 }, measure: measured('DuckDB', 'raw') },
    { name: 'PostgreSQL ÷ entries, exact month', unit: '×', bound: { atLeast: 2 }, measure: measured('PostgreSQL', 'raw') },
    { name: 'DuckDB ÷ account-month rows', unit: '×', bound: { atLeast: 40 }, measure: measured('DuckDB', 'rolledUp') },
    { name: 'PostgreSQL ÷ account-month rows', unit: '×', bound: { atLeast: 40 }, measure: measured('PostgreSQL', 'rolledUp') },
  ],
};
