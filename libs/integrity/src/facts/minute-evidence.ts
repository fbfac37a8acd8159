import type { SignalRow } from '@app/contracts';
import type { DetectorScope, Finding } from '../detector';

/** Sessions whose minutes are read into their evidence; the weaker ones have the statement only. */
const SHOWN = 300;

const COLUMNS = `toString(minute) AS minute,
  toFloat64(argMax(concurrent, indexOf({sourcesLastFirst: Array(String)}, source))) AS concurrent,
  toFloat64(argMax(views, indexOf({sourcesLastFirst: Array(String)}, source))) AS views,
  toFloat64(argMax(likes, indexOf({sourcesLastFirst: Array(String)}, source))) AS likes,
  toFloat64(argMax(comments, indexOf({sourcesLastFirst: Array(String)}, source))) AS comments`;

const MINUTE_ROWS = `SELECT
  ${COLUMNS}
FROM facts(minutes)
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} AND session_id = {session: String}
GROUP BY minute
ORDER BY minute`;

const ALL_MINUTE_ROWS = `SELECT
  toString(account_key) AS account,
  session_id AS session,
  ${COLUMNS}
FROM facts(minutes)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND session_id IN {sessions: Array(String)}
GROUP BY
  account_key,
  session_id,
  minute
ORDER BY minute`;

type MinuteRow = SignalRow & { minute: string };

/** The minutes of the sessions that findings are about, in one statement: each finding's own statement gives its rows. */
export async function withMinutes(scope: DetectorScope, findings: readonly Finding[]): Promise<Finding[]> {
  const sessionOf = ({ subject }: Finding) => (subject.kind === 'session' ? subject : null);
  const keys = new Map(scope.accounts.map(({ key, platform, accountId }) => [`${platform}/${accountId}`, key]));
  const about = findings.filter((finding) => sessionOf(finding) !== null);
  const shown = [...about].sort((a, b) => b.strength - a.strength).slice(0, SHOWN);
  const rows = new Map<string, MinuteRow[]>();
  if (shown.length > 0) {
    const subjects = shown.map((finding) => sessionOf(finding)!);
    const read = await scope.query<MinuteRow & { account: string; session: string }>({
      name: 'integrity.minutes_of_sessions',
      sql: ALL_MINUTE_ROWS,
      params: {
        accounts: [...new Set(subjects.map(({ platform, accountId }) => keys.get(`${platform}/${accountId}`)!))].map(BigInt),
        sessions: [...new Set(subjects.map(({ sessionId }) => sessionId))],
      },
      maxSeconds: 120,
    });
    for (const { account, session, ...row } of read) {
      const key = `${account}/${session}`;
      const list = rows.get(key);
      if (list) list.push(row as MinuteRow);
      else rows.set(key, [row as MinuteRow]);
    }
  }
  return findings.map((finding) => {
    const subject = sessionOf(finding);
    if (!subject) return finding;
    const account = keys.get(`${subject.platform}/${subject.accountId}`)!;
    const parameters = { brandId: scope.brandId, account, session: subject.sessionId, sourcesLastFirst: [...scope.sourcesLastFirst] };
    const own = rows.get(`${account}/${subject.sessionId}`);
    return { ...finding, evidence: { ...finding.evidence, rows: own, sql: MINUTE_ROWS, parameters } };
  });
}
