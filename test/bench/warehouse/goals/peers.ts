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

const OPEN: Record<PeerName, (bench: Bench) => Promise<Peer>> = { DuckDB: openDuckDb, PostgreSQL: openPostgres };

const peerOf = (bench: Bench, name: PeerName) => bench.once(`peer ${name}`, () => OPEN[name](bench));

/** The peer's answer is compared with ClickHouse's, then they take turns. Rolled up, the peer reads what is resolved already. */
async function against(bench: Bench, name: PeerName, which: Against): Promise<PairedTimes & { version: string }> {
  const expected = await bench.once('raw answer', () => raw(bench));
  if (which === 'rolledUp') {
    await ensureRollups(bench);
    assertSame('account_month', expected, await rolledUp(bench));
  }
  const peer = await peerOf(bench, name);
  const ask = () => peer.showroomVisitors(WINDOW, which === 'rolledUp' ? 'resolved' : which);
  assertSame(`${name} (${which})`, expected, await ask());
  const runs = Math.min(9, Math.max(5, runsFor(await milliseconds(ask))));
  const pair = await pairedRatio(runs, ask, () => (which === 'rolledUp' ? rolledUp(bench) : raw(bench)));
  return { ...pair, version: peer.version };
}

function measured(name: PeerName, which: Against): Goal['measure'] {
  return async (bench): Promise<Measured> => {
    if (!bench.options.peers) return { value: null, note: SKIPPED };
    const { ratio, numerator, denominator, runs, version } = await against(bench, name, which);
    const times = `${name} ${version} ${numerator.toFixed(0)} ms, ClickHouse ${denominator.toFixed(1)} ms`;
    return { value: ratio, note: `${times}, ${runs} pairs; same answer` };
  };
}

async function closePeers(bench: Bench): Promise<void> {
  if (!bench.options.peers) return;
  for (const name of ['DuckDB', 'PostgreSQL'] as const) await (await peerOf(bench, name).catch(() => null))?.close();
}

const goal = (name: PeerName, which: Against, what: string, atLeast: number): Goal => ({
  name: `${name} ÷ ${what}`,
  unit: '×',
  bound: { atLeast },
  measure: measured(name, which),
});

export const peers: GoalGroup = {
  name: 'peers',
  after: closePeers,
  goals: [
    goal('DuckDB', 'delivered', 'entries, exact month from the rows as delivered', 5),
    goal('DuckDB', 'resolved', 'entries, exact month with corrections resolved beforehand', 5),
    goal('PostgreSQL', 'delivered', 'entries, exact month from the rows as delivered', 2),
    goal('PostgreSQL', 'resolved', 'entries, exact month with corrections resolved beforehand', 2),
    goal('DuckDB', 'rolledUp', 'account-month rows', 40),
    goal('PostgreSQL', 'rolledUp', 'account-month rows', 40),
  ],
};
