import type { DetectorScope, ScannedAccount } from '../detector';
import { grouped } from '../grouped';
import { accountFilter, readOnce } from './account-filter';
import { SHAPES, shapesSql, type MinuteShape } from './minute-shapes.sql';

export type { MinuteShape, Shape } from './minute-shapes.sql';

/** Minutes of one statement: so many are in memory at once, a dozen times. A large account is not cut. */
const CHUNK_MINUTES = 1_000_000;

/** How many rows there are of each account, replaced ones as well, in the order of the table; `mixed`: a minute may be told more than once. */
const SIZES = (where: string): string => `SELECT
  toString(account_key) AS account,
  toFloat64(count()) AS minutes,
  uniqExact(source) > 1 OR max(toUnixTimestamp(minute) % 60) > 0 AS mixed
FROM candidates(minutes)
WHERE brand_id = {brandId: UInt32}${where}
  AND minute >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND minute < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
GROUP BY account_key
ORDER BY account_key`;

interface Part {
  accounts: string[];
  minutes: number;
  mixed: boolean;
}

/**
 * Shapes of the minute curves of all sessions of the history and the window, by account. Computed in the store, neighbours of the table together; accounts without
 * minutes are absent.
 */
export function readMinuteShapes(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Map<string, MinuteShape[]>> {
  return readOnce(scope, 'minuteShapes', accounts, async () => {
    const shapes = new Map<string, MinuteShape[]>();
    const span = { from: scope.historyFrom, to: scope.window.to };
    for (const { mixed, accounts: own } of await partsOf(scope, accounts)) {
      const rows = await scope.query<ShapeRow>({
        name: 'integrity.minute_shapes',
        sql: shapesSql(mixed),
        params: { ...span, accounts: own.map(BigInt) },
        maxSeconds: 300,
      });
      for (const row of rows) shapes.set(row.account, shapesOf(row));
    }
    return shapes;
  });
}

/** Neighbours in the order of the table, of one kind: each part reads its own pieces of it only. */
async function partsOf(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Part[]> {
  const { where, params } = accountFilter(scope, accounts);
  const sizes = await scope.query<{ account: string; minutes: number; mixed: number | boolean }>({
    name: 'integrity.minute_sizes',
    sql: SIZES(where),
    params: { ...params, from: scope.historyFrom, to: scope.window.to },
    maxSeconds: 120,
  });
  const asked = new Set(accounts.map(({ key }) => key));
  const parts: Part[] = [];
  for (const [mixed, own] of grouped(sizes, (one) => Boolean(one.mixed))) {
    let part: Part | undefined;
    for (const { account, minutes } of own) {
      if (!asked.has(account)) continue;
      if (!part || part.minutes + minutes > CHUNK_MINUTES) parts.push((part = { mixed, accounts: [], minutes: 0 }));
      part.accounts.push(account);
      part.minutes += minutes;
    }
  }
  return parts;
}

interface ShapeRow {
  account: string;
  sessions: string[];
  shapes: (number | null)[][];
}

function shapesOf({ sessions, shapes }: ShapeRow): MinuteShape[] {
  return sessions.map((sessionId, at) => {
    const shape = { sessionId } as MinuteShape;
    SHAPES.forEach((name, place) => (shape[name] = shapes[at][place]));
    return shape;
  });
}
