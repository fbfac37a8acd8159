import { UNASSIGNED, type Subject } from '@app/contracts';

/** One text per row of a report, the same in every report of the same level. */
export function subjectKey(row: Subject): string {
  if (row.level === 'account') return `${row.platform}/${row.accountId}`;
  if (row.level === 'dealer') return row.dealerId ?? UNASSIGNED;
  if (row.level === 'region') return row.adcode ?? row.salesRegion ?? UNASSIGNED;
  return row.brand ?? 'brand';
}

/** Whether the row stands for what no dealer owns. */
export function isUnassigned(row: Subject): boolean {
  return row.level !== 'brand' && row.level !== 'account' && subjectKey(row) === UNASSIGNED;
}
