import type { SheetColumn, SheetKind } from '@/figures/xlsx';
import { peerGroupText } from '@/figures/peerGroup';
import { COLUMNS, type ColumnId, type TableRow } from './rankingColumns';

interface Words {
  t(path: string, slots?: Record<string, string | number>): string;
  metricName(key: string): string;
}

const TEXTS = new Set(['name', 'subject', 'earnedTier', 'projected', 'valueAtLeast', 'peerGroup']);
const SHARES = new Set(['loyalShare', 'coverage']);
const kindOf = (field: string): SheetKind => {
  if (TEXTS.has(field)) return 'text';
  if (SHARES.has(field)) return 'share';
  return field.endsWith('Cny') ? 'money' : 'number';
};

/** Exactly the rows and columns that are shown, figures in full. A column in which nothing is known (bounds that were not asked for) is left out. */
export function rankingSheet(rows: readonly TableRow[], columns: readonly ColumnId[], words: Words) {
  const fields = columns
    .flatMap((id) => COLUMNS[id].csv)
    .filter(({ field, value }) => !['rankLow', 'rankHigh'].includes(field) || rows.some((row) => value(row) !== null));
  const label = (field: string): string => {
    const tier = /^(head|base|outer|incubating)Accounts$/.exec(field)?.[1];
    if (tier) return `${words.t(`tier.${tier}`)} ${words.t('column.accounts')}`;
    if (field === 'name' || field === 'subject') return words.t(field === 'name' ? 'ranking.sheet.name' : 'ranking.sheet.id');
    return field === 'peerGroup' ? words.t('column.peerGroup') : words.metricName(field);
  };
  const said = (field: string, value: string | number | null) => {
    if (value === null) return null;
    if (field === 'earnedTier') return words.t(`tier.${value}`);
    if (field === 'peerGroup') return peerGroupText(String(value), words.t);
    return field === 'projected' || field === 'valueAtLeast' ? words.t(value === 'true' ? 'word.yes' : 'word.no') : value;
  };
  return {
    columns: fields.map(({ field }): SheetColumn => ({ label: label(field), kind: kindOf(field) })),
    rows: rows.map((row) => fields.map(({ field, value }) => said(field, value(row)))),
  };
}
