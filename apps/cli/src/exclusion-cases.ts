import type { ExclusionRow } from '@app/ingest';

export type RefusedRow = Extract<ExclusionRow, { reason: unknown }>;

/** What a file of exclusions holds, by case. */
export interface JudgedCases {
  accepted: number;
  rejected: number;
  /** The first of them; those that do not tell their case before the others. */
  rejects: RefusedRow[];
  /** Cases every row of which can be recorded. */
  whole: Set<string>;
  /** Cases of which some row cannot: nothing of them is recorded. */
  refused: Set<string>;
}

/** Refused rows that are told one by one. */
const TOLD = 20;

/** Judges the rows of a file case by case: a case with a refused row is left out whole. A row that does not tell its case may belong to any of them. */
export async function judgeCases(rows: AsyncIterable<ExclusionRow> | Iterable<ExclusionRow>): Promise<JudgedCases> {
  const told: JudgedCases = { accepted: 0, rejected: 0, rejects: [], whole: new Set(), refused: new Set() };
  for await (const row of rows) {
    if (!('reason' in row)) {
      told.accepted++;
      told.whole.add(row.caseId);
      continue;
    }
    told.rejected++;
    if (row.caseId !== null) told.refused.add(row.caseId);
    if (row.caseId === null) told.rejects.unshift(row);
    else told.rejects.push(row);
    told.rejects.splice(TOLD);
  }
  for (const caseId of told.refused) told.whole.delete(caseId);
  return told;
}
