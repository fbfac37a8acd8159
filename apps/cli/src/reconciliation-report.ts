import { ReconciliationReport, ReconciliationService } from '@app/reports';
import { print, printJson, printTable } from './output';
import type { Stores } from '../../process/stores';

const SHOWN = 50;

/** Prints the report of differences between sources: all of it as JSON, the largest ones as a table. */
export async function printReconciliation(
  { warehouse, dataSource, instance, clock }: Stores,
  query: { month?: string; from?: string; to?: string; period?: string; brand?: string },
  json: boolean,
): Promise<void> {
  const report = await new ReconciliationService({ warehouse, dataSource, secret: instance.secret, clock }).report('all', query);
  if (json) printJson(report);
  else printRows(report);
}

function printRows({ rows, meta }: ReconciliationReport): void {
  print(
    `${meta.from} – ${meta.to}: ${meta.compared} compared, ${meta.beyond} beyond tolerance / 已比对 ${meta.compared} 项，超出容差 ${meta.beyond} 项`,
  );
  printTable(
    ['account', 'figure', 'of', 'counts', '', 'other', '', 'difference', 'beyond'],
    rows
      .slice(0, SHOWN)
      .map((row) => [
        `${row.platform}/${row.accountId}`,
        row.figure,
        row.subject,
        row.countedSource,
        String(row.countedValue),
        row.otherSource,
        String(row.otherValue),
        `${row.difference}${row.relative === null ? '' : ` (${(row.relative * 100).toFixed(1)} %)`}`,
        row.beyond ? 'yes' : '',
      ]),
  );
  if (rows.length > SHOWN) print(`… ${rows.length - SHOWN} more: --json`);
}
