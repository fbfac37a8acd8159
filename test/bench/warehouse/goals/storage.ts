import type { Bench } from '../bench';
import type { GoalGroup } from '../goal';
import { YEAR } from '../generator/year';
import { ensureRollups } from '../rollups';

/** Bytes on disk of the active parts, with marks and indexes, over the rows of the merged fact table. */
export async function bytesOf(bench: Bench, tables: readonly string[]): Promise<number> {
  const [{ bytes }] = await bench.rows<{ bytes: string }>(
    `SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE database = currentDatabase() AND active AND table IN {tables: Array(String)}`,
    { tables },
  );
  return Number(bytes);
}

const entryRows = (bench: Bench): Promise<number> =>
  bench.once('entryRows', async () => {
    const [{ rows }] = await bench.rows<{ rows: string }>(
      `SELECT sum(rows) AS rows FROM system.parts WHERE database = currentDatabase() AND active AND table = 'entries'`,
    );
    return Number(rows);
  });

const perEntry = async (bench: Bench, tables: readonly string[]): Promise<number> =>
  (await bytesOf(bench, tables)) / (await entryRows(bench));

const columnsOf = async (bench: Bench, table: string): Promise<string> => {
  const found = await bench.rows<{ column: string; bytes: number }>(
    `SELECT column, round(sum(column_bytes_on_disk) / sum(rows), 1) AS bytes FROM system.parts_columns
     WHERE database = currentDatabase() AND active AND table = {table: String} GROUP BY column HAVING bytes >= 0.3 ORDER BY bytes DESC LIMIT 8`,
    { table },
  );
  return found.map(({ column, bytes }) => `${column} ${bytes}`).join(', ');
};

export const storage: GoalGroup = {
  name: 'storage',
  goals: [
    {
      name: 'bytes of an entry, merged',
      unit: 'bytes',
      bound: { atMost: 22 },
      measure: async (bench) => ({ value: await perEntry(bench, ['entries']), note: await columnsOf(bench, 'entries') }),
    },
    {
      name: 'bytes of an entry, landing log included',
      unit: 'bytes',
      bound: { atMost: 45 },
      measure: async (bench) => ({
        value: await perEntry(bench, ['entries', 'entries_landing']),
        note: await columnsOf(bench, 'entries_landing'),
      }),
    },
    {
      name: 'viewer-month rows ÷ entries, bytes',
      unit: '%',
      bound: { atMost: 35 },
      measure: async (bench) => {
        await ensureRollups(bench);
        for (const { yyyymm } of YEAR)
          await bench.run('OPTIMIZE TABLE viewer_month PARTITION ID {partition: String} FINAL', { partition: String(yyyymm) });
        const value = (100 * (await bytesOf(bench, ['viewer_month']))) / (await bytesOf(bench, ['entries']));
        return { value, note: await columnsOf(bench, 'viewer_month') };
      },
    },
  ],
};
