import type { DetectorScope } from '../detector';
import { STAY_BINS, START_BINS } from '../detectors/viewer/stay-shape';
import { asked, entryChunks, entryParameters } from './viewer-entries';
import { ENTRY_SETTINGS, type EntryReading, seenEntries, SHAPE_CELL } from './viewer-entries.sql';

const EXPLAINED = 60_000;
const UNKNOWN = 60_001;

/** Start × stay of one session as entries tell it. Instants epoch ms. */
export interface RoomShape {
  account: string;
  sessionId: string;
  from: number;
  to: number;
  /** False: no source tells the end; `to` is then 24 h after the start. */
  ended: boolean;
  entries: number;
  /** Entries of persons: neither sentinel ids nor staff. */
  usable: number;
  /** Of these, entries of which a source tells whether the account is new. */
  toldNew: number;
  /** Entries that came or went when something declared began or ended; in no cell. */
  explained: number;
  /** Entries without a known dwell; in no cell. */
  unknown: number;
  cells: Uint32Array;
}

const SHAPES = (how: EntryReading): string => `WITH ${seenEntries(how)},
counted AS (
  SELECT
    account_key,
    session_id,
    multiIf(dwell IS NULL, toUInt16(${UNKNOWN}), explained, toUInt16(${EXPLAINED}), ${SHAPE_CELL}) AS cell,
    any(start_ms) AS started,
    any(end_ms) AS finished,
    any(ended) AS has_end,
    count() AS views,
    countIf(usable) AS persons,
    countIf(usable AND is_new_account IS NOT NULL) AS told_new
  FROM seen
  GROUP BY
    account_key,
    session_id,
    cell
)
SELECT
  account_key AS account,
  session_id AS sessionId,
  any(started) AS startMs,
  any(finished) AS endMs,
  any(has_end) AS hasEnd,
  sum(views) AS entries,
  sum(persons) AS usable,
  sum(told_new) AS toldNew,
  sumIf(views, cell = ${EXPLAINED}) AS explained,
  sumIf(views, cell = ${UNKNOWN}) AS unknown,
  groupArrayIf(cell, cell < ${EXPLAINED}) AS cells,
  groupArrayIf(toUInt32(views), cell < ${EXPLAINED}) AS counts
FROM counted
GROUP BY
  account_key,
  session_id
${ENTRY_SETTINGS}`;

type ShapeRow = Record<
  'account' | 'sessionId' | 'startMs' | 'endMs' | 'entries' | 'usable' | 'toldNew' | 'explained' | 'unknown',
  string
> & {
  hasEnd: number | boolean;
  cells: number[];
  counts: number[];
};

/** Sessions with entries of the scope's window and history, of the asked accounts, by account and start. */
export const sessionShapes = (scope: DetectorScope): Promise<RoomShape[]> =>
  scope.shared('viewers.session-shapes', async () => {
    const span = { from: scope.historyFrom, to: scope.window.to };
    const shapes: RoomShape[] = [];
    for (const chunk of await entryChunks(scope)) {
      const sql = SHAPES({ ...chunk, numbered: true });
      const params = asked(sql, entryParameters(scope, chunk.accounts, span));
      for (const row of await scope.query<ShapeRow>({ name: 'integrity.session-shapes', sql, params, maxSeconds: 300 }))
        shapes.push(shapeOf({ ...row, sessionId: chunk.staged ? scope.staging!.sessionOf(row.sessionId) : row.sessionId }));
    }
    return shapes.sort((a, b) => (a.account === b.account ? a.from - b.from : a.account < b.account ? -1 : 1));
  });

function shapeOf(row: ShapeRow): RoomShape {
  const cells = new Uint32Array(START_BINS * STAY_BINS);
  row.cells.forEach((cell, at) => (cells[cell] += Number(row.counts[at])));
  return {
    ...{ account: row.account, sessionId: row.sessionId, from: Number(row.startMs), to: Number(row.endMs), ended: Boolean(row.hasEnd) },
    ...{
      entries: Number(row.entries),
      usable: Number(row.usable),
      toldNew: Number(row.toldNew),
      explained: Number(row.explained),
      unknown: Number(row.unknown),
    },
    cells,
  };
}
