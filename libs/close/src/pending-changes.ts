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

/** The same of one's own rows: how many differ. Values are the brand's, and not told. */
export const ownChanges = (changes: readonly FigureChange[]): PendingRestatement => ({
  ...pendingChanges(changes, null),
  valueCny: null,
  differenceCny: null,
});

const isTotal = ({ report, level, basis, figure }: FigureChange): boolean =>
  report === 'value' && level === 'brand' && basis === 'adjusted' && figure === 'valueCny';
