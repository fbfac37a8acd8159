import type { Bilingual, Inorganic, SignalFigure, ValueLine } from '@app/contracts';
import type { DetectorScope, Finding } from '../detector';
import { dayText } from './drift-evidence';
import type { SessionTotals } from './session-totals.reader';

const FIELDS = {
  views: 'views',
  viewers: 'unique_viewers',
  peak: 'peak_concurrent',
  average: 'average_concurrent',
  watchSeconds: 'watch_seconds',
  viewsOverOneMinute: 'views_over_1_min',
  paidViews: 'paid_views',
} as const;

const TOTALS = `SELECT
  session_id AS sessionId,
  ${Object.entries(FIELDS)
    .map(([name, field]) => `toFloat64(argMax(${field}, indexOf({sourcesLastFirst: Array(String)}, source))) AS ${name}`)
    .join(',\n  ')}
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} AND session_id = {session: String}
GROUP BY session_id`;

/** What is said of the totals of a session. */
interface SessionSaid {
  strength: number;
  text: Bilingual;
  figures: (Pick<SignalFigure, 'name' | 'label' | 'value'> & { ownReference?: number | null })[];
  /** Units of a line that nobody else tells. */
  excess?: { line: ValueLine; units: number };
}

/** A finding about the totals of one session. Nothing for an account that nobody knows. */
export function sessionFinding(
  scope: DetectorScope,
  accountKey: string,
  session: SessionTotals,
  { strength, text, figures, excess }: SessionSaid,
): Finding[] {
  const account = scope.accountOf(accountKey);
  if (!account) return [];
  const { platform, accountId } = account;
  const { line, units = 0 } = excess ?? {};
  const removes: Inorganic[] =
    line === undefined || units <= 0
      ? []
      : [
          {
            kind: 'units',
            platform,
            accountId,
            origin: 'session',
            item: session.sessionId,
            line,
            day: dayText(session.day),
            units,
            low: units,
            high: units,
          },
        ];
  const row = Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, session[field]]));
  return [
    {
      subject: { kind: 'session', platform, accountId, sessionId: session.sessionId },
      window: { from: session.from, to: Math.max(session.to ?? 0, session.from + 60_000) },
      strength,
      evidence: {
        text,
        figures: figures.map((figure) => ({ ownReference: null, ...figure, peerReference: null, honestQuantile: strength })),
        rows: [{ sessionId: session.sessionId, ...row }],
        removes,
        sql: TOTALS,
        parameters: {
          brandId: scope.brandId,
          account: accountKey,
          session: session.sessionId,
          sourcesLastFirst: [...scope.sourcesLastFirst],
        },
      },
    },
  ];
}
