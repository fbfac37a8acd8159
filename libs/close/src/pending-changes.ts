import type { FigureChange, PendingRestatement } from '@app/contracts';

/** Sums up what differs from a close. A value that is unknown on either side has no difference: it is not 0. */
export function pendingChanges(changes: readonly FigureChange[], closedValueCny: string | null): PendingRestatement {
  const total = changes.find(isTotal);
  return {
    figures: changes.length,
    accounts: new Set(changes.filter(({ level }) => level === 'account').map(({ subject }) => subject)).size,
    closedValueCny,
    valueCny: total ? total.new : closedValueCny,
    differenceCny: total ? total.difference : closedValueCny === null ? null : '0',
  };
}

/** What whoever sees only some accounts is told: that there is something, not how much of the others'. */
export const withoutSize = (): PendingRestatement => ({
  figures: null,
  accounts: null,
  closedValueCny: null,
  valueCny: null,
  differenceCny: null,
});

const isTotal = ({ report, level, basis, figure }: FigureChange): boolean =>
  report === 'value' && level === 'brand' && basis === 'adjusted' && figure === 'valueCny';
