import type { FootfallRow, RankingRow, ReportMeta, ShowroomRow, TierRow, ValueRow } from '@app/contracts';
import { NOTES } from '../reasons';
import { round } from '../value-report';
import { subjectKey } from './figure-changes';

type AnyRow = ShowroomRow | ValueRow | TierRow | RankingRow | FootfallRow;

/**
 * What a report of accounts says of itself when only some of its rows are shown: nothing of the others, their cases included. `caseAccounts`: accounts of
 * each case, as `subjectKey` names them.
 */
export function metaOfRows(meta: ReportMeta, rows: readonly AnyRow[], caseAccounts: ReadonlyMap<string, ReadonlySet<string>>): ReportMeta {
  const counted = rows.filter((row) => 'accountsTotal' in row);
  const shares = counted.map(({ coverage }) => coverage).filter((share) => share !== null);
  const known =
    meta.report === 'tiers'
      ? (rows as readonly TierRow[]).filter(({ trailingValueCny }) => trailingValueCny !== null).length
      : Math.min(
          counted.reduce((sum, { accountsKnown }) => sum + accountsKnown, 0),
          rows.length,
        );
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
    accountsKnown: known,
    accountsTotal: rows.length,
    ...(exclusions ? { exclusions } : {}),
    notes: meta.report === 'ranking' ? [...notes, NOTES.filtered] : notes,
  };
}
