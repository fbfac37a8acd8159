import type { SignalRow } from '@app/contracts';
import type { DetectorScope } from '../detector';
import { asked, entryChunks, entryParameters } from './viewer-entries';
import { ANY_READING, ENTRY_SETTINGS, type EntryReading } from './viewer-entries.sql';

const MOST_CODES = 400;

/** What one look finds in a session: the views beyond what is expected, and the codes that hold them, strongest first. */
export interface SessionHits {
  account: string;
  sessionId: string;
  hits: number;
  codes: { code: number; views: number; expected: number; hits: number }[];
}

/** A look at sessions: `cells` ends in `cell` (account_key, session_id, code, views, expected, hits). */
export interface CellLook {
  name: string;
  /** Takes sessions as they come in `seen`: as names, or numbered. */
  cells(how: EntryReading): string;
  row: string;
  /** The same of a code. */
  rowOf(code: number): SignalRow;
}

const SUMMED = (pieces: string): string => `WITH ${pieces}
SELECT
  account_key AS account,
  session_id AS sessionId,
  sum(cell.hits) AS allHits,
  arraySlice(arraySort(one -> (-one.4, one.1), groupArray((code, views, round(expected, 2), cell.hits))), 1, ${MOST_CODES}) AS codes
FROM cell
WHERE cell.hits > 0
GROUP BY
  account_key,
  session_id
${ENTRY_SETTINGS}`;

type HitRow = { account: string; sessionId: string; allHits: number; codes: [string | number, string | number, string | number, number][] };

/** Sessions of the scope's window and history in which the look finds anything; sessions without a row have no hit. */
export const sessionHits = (scope: DetectorScope, look: CellLook): Promise<SessionHits[]> =>
  scope.shared(`viewers.hits.${look.name}`, async () => {
    const span = { from: scope.historyFrom, to: scope.window.to };
    const found: SessionHits[] = [];
    for (const chunk of await entryChunks(scope)) {
      const sql = SUMMED(look.cells({ ...chunk, numbered: true }));
      const params = asked(sql, entryParameters(scope, chunk.accounts, span));
      const rows = await scope.query<HitRow>({ name: `integrity.${look.name}`, sql, params, maxSeconds: 300 });
      // a look at something else than entries knows sessions by their own name
      const isStaged = chunk.staged !== undefined && sql.includes(chunk.staged);
      for (const { account, sessionId, allHits, codes } of rows)
        found.push({
          ...{ account, sessionId: isStaged ? scope.staging!.sessionOf(sessionId) : sessionId, hits: Number(allHits) },
          codes: codes.map(([code, views, expected, own]) => ({
            // 64-bit codes come as text, which no removal could be asked with
            code: Number(code),
            views: Number(views),
            expected: Number(expected),
            hits: Number(own),
          })),
        });
    }
    return found;
  });

export const EVIDENCE_ROWS = 10;

/** The cells of one session (parameter `session`) with the most hits: what `evidenceRows` gives. */
export const cellEvidence = ({ cells, row }: CellLook): string => `WITH ${cells(ANY_READING)}
SELECT
  ${row},
  views,
  round(expected, 2) AS usual
FROM cell
WHERE session_id = {session: String} AND hits > 0
ORDER BY
  hits DESC,
  code
LIMIT ${EVIDENCE_ROWS}
${ENTRY_SETTINGS}`;

/** What the evidence query gives, out of what the scan has read. */
export const evidenceRows = (look: CellLook, { codes }: SessionHits): SignalRow[] =>
  codes.slice(0, EVIDENCE_ROWS).map(({ code, views, expected }) => ({ ...look.rowOf(code), views, usual: expected }));
