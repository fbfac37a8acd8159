import type { FootfallRow, RankingRow, ReportMeta, ShowroomRow, TierRow, ValueRow } from '@app/contracts';
import { accountCounts } from '../account-counts';
import { NOTES } from '../reasons';
import { round } from '../value-report';
import { subjectKey } from './figure-changes';

type AnyRow = ShowroomRow | ValueRow | TierRow | RankingRow | FootfallRow;

/**
 * What a report of accounts or dealers says of itself when only some of its rows are shown: nothing of the others, their cases included. `caseAccounts`: which
 * rows each case is about, as `subjectKey` names them.
 */
export function metaOfRows(meta: ReportMeta, rows: readonly AnyRow[], caseAccounts: ReadonlyMap<string, ReadonlySet<string>>): ReportMeta {
  const counted = rows.filter((row) => 'accountsTotal' in row);
  const shares = counted.map(({ coverage }) => coverage).filter((share) => share !== null);
  const counts = accountCounts(rows);
  const total = meta.level === 'account' ? rows.length : counts.accountsTotal;
  const shown = rows.map(subjectKey);
  const exclusions = meta.exclusions?.filter((caseId) => shown.some((account) => caseAccounts.get(caseId)?.has(account)));
  const said = NOTES.excluded(meta.exclusions?.length ?? 0).en;
  const notes = meta.notes.map((note) => {
    if (note.en !== said) return note;
    return exclusions?.length ? NOTES.excluded(exclusions.length) : NOTES.nothingExcluded;
  });
  return {
    ...meta,
    coverage: shares.length === 0 ? null : round(shares.reduce((sum, share) => sum + share, 0) / shares.length),
    accountsKnown: Math.min(counts.accountsKnown, total),
    accountsTotal: total,
    ...(exclusions ? { exclusions } : {}),
    notes: meta.report === 'ranking' ? [...notes, NOTES.filtered] : notes,
  };
}
