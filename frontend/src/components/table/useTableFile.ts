import { useOverview } from '@/composables/useOverview';
import { useWords } from '@/composables/useWords';
import { useZone } from '@/composables/useZone';
import { formatInstant } from '@/figures/format';
import { saveTable } from './saveTable';
import type { TableColumn } from './tableColumns';

/** What a table hands over to be kept: exactly the rows and columns that it shows. */
interface ShownTable<Row> {
  label: string;
  fileName: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  /** More lines for the sheet of notes: filters, versions; a line of the same name takes the place of ours. */
  notes?: readonly [string, string][];
}

/** Saves a table as a workbook whose sheet of notes says of whom and when it is, how it was filtered and how many rows there are. */
export function useTableFile() {
  const { t } = useWords();
  const { data: overview } = useOverview();
  const zone = useZone();
  return <Row>({ label, fileName, columns, rows, notes = [] }: ShownTable<Row>): void => {
    const unless = (name: string, value: string): [string, string][] => (notes.some(([given]) => given === name) ? [] : [[name, value]]);
    saveTable({
      name: `vitrine-${fileName}`,
      sheets: { notes: t('table.notes'), rows: label },
      notes: [
        [t('table.what'), label],
        [t('table.brand'), overview.value?.brand.name ?? ''],
        ...unless(t('table.filters'), t('word.none')),
        ...notes,
        ...unless(t('table.rowCount'), String(rows.length)),
        [t('table.dataInstant'), overview.value ? formatInstant(overview.value.dataInstant, zone.value) : ''],
        [t('table.zone'), zone.value],
      ],
      columns,
      rows,
    });
  };
}
