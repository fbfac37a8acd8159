import { PartMemory, PartedReading, inTurns, partsOfAccounts } from '@app/analytics';

/** Rows of accounts: what is read again is that of the accounts that changed. */
export interface AccountReading<Row> extends Omit<PartedReading<Row[]>, 'parts' | 'read'> {
  read(accountKeys: string[]): Promise<Row[]>;
}

/** Facts that cover days. Days that a collector saw are told by no delivery: they are part of what decides a memory. */
export const COVERING = ['sessions', 'video_readings', 'video_days', 'follower_readings'];

/** What units and session counts are made of. */
export const VALUED = ['value', 'sessions', 'leads', 'video_readings', 'video_days'];

export async function rowsOfAccounts<Row extends { accountKey: string }>(
  memory: PartMemory,
  accounts: readonly string[],
  reading: AccountReading<Row>,
): Promise<Row[]> {
  const parts = await memory.recall<Row[]>({
    ...reading,
    parts: partsOfAccounts(accounts),
    read: async (asked) => {
      const rows = new Map<string, Row[]>();
      await inTurns(await reading.read(asked), (row) => {
        const own = rows.get(row.accountKey);
        if (own) own.push(row);
        else rows.set(row.accountKey, [row]);
      });
      return rows;
    },
  });
  return [...parts.values()].flat();
}
