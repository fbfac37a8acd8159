import * as fs from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { METRICS, Report, SignalReportRow, Subject, VitrineError } from '@app/contracts';
import { print, printJson, printTable, say } from './output';
import { AnyRow, COLUMNS, headOf, rankOf } from './report-columns';
import { reportNotes } from './report-notes';
import { harmless, writeSheet } from './sheet-file';
import { printSignals } from './signal-table';

export type ReportFormat = 'table' | 'json' | 'csv' | 'xlsx';
const nameOf = (row: Subject) => row.name + (row.platform && row.level === 'account' ? ` [${row.platform}]` : '');

/** Writes a report: a table for people, or JSON, CSV (UTF-8 with BOM) and XLSX with the fields of the contract. `filtered`: not every row was asked for. */
export async function writeReport(
  report: Report<unknown>,
  format: ReportFormat,
  { out, filtered = false }: { out?: string; filtered?: boolean } = {},
): Promise<void> {
  const rows = report.rows as AnyRow[];
  if (format === 'json') return out ? fs.writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`) : printJson(report);
  if (format === 'table') return printReport(report, rows, filtered);
  const flat = rows.map(flatten);
  const fields = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  if (format === 'csv') {
    const cells = flat.map((row) => fields.map((field) => harmless(row[field] ?? null)));
    const text = `\ufeff${stringify([fields, ...cells], { cast: { boolean: String } })}`;
    if (out) fs.writeFileSync(out, text);
    else process.stdout.write(text);
    return;
  }
  if (!out) throw new VitrineError('bad_input', { en: 'XLSX needs --out FILE.', zh: '导出 XLSX 需要 --out 文件名。' });
  const label = (field: string) => METRICS.find(({ key }) => key === field);
  const table = { name: report.meta.report, fields, rows: flat, titleOf: (field: string) => label(field)?.name.zh ?? field };
  await writeSheet(out, table, { name: '说明 Notes', rows: reportNotes(report, fields) });
  print(out);
}

const NO_FACTS =
  '还没有数据：请先导入账号和直播数据（import accounts、import sessions、import entries；template --list 列出全部模板）。\nThere are no facts yet: import accounts, then sessions and entries (template --list names every template).';
const NO_ROWS = '没有符合条件的行：请更换月份或筛选条件。\nNo row matches: choose another month or filter.';

function printReport({ meta }: Report<unknown>, rows: AnyRow[], filtered: boolean): void {
  if (meta.report === 'signals') {
    for (const note of meta.notes) say(`${note.zh} ${note.en}`);
    return printSignals(rows as unknown as SignalReportRow[]);
  }
  const columns = COLUMNS[meta.report];
  const ranked = meta.report === 'ranking';
  say(
    `${meta.report} ${meta.month ?? `${meta.from} – ${meta.to}`}, ${meta.level}, ${meta.basis}; data of ${meta.dataInstant}; VST known for ${meta.accountsKnown} of ${meta.accountsTotal} accounts`,
  );
  for (const note of meta.notes) say(`${note.zh} ${note.en}`);
  if (rows.length === 0) return say(meta.accountsTotal === 0 && !filtered ? NO_FACTS : NO_ROWS);
  const head = [...(ranked ? ['#'] : []), meta.level, ...columns.map(([metric]) => headOf(metric))];
  const leagues = ranked ? leaguesOf(rows) : [{ title: '', rows }];
  for (const { title, rows: own } of leagues) {
    if (leagues.length > 1) print(`\n${title}`);
    printTable(
      head,
      own.map((row) => [...(ranked ? [rankOf(row)] : []), nameOf(row), ...columns.map(([, cell]) => cell(row))]),
      ranked ? 2 : 1,
    );
  }
}

/** Rows are ranked among those that know the same parts of the score: one table per set of known parts, in the order of the rows. */
function leaguesOf(rows: AnyRow[]): { title: string; rows: AnyRow[] }[] {
  const leagues = new Map<string, AnyRow[]>();
  for (const row of rows) {
    const known = row.parts.filter(({ percentile, weight }) => percentile !== null && weight > 0).map(({ metric }) => metric);
    const title =
      row.score === null
        ? '未排名 unranked'
        : row.partial && row.parts.length > 0
          ? `部分指标已知，仅在彼此间排名 ranked among those that know the same parts: ${known.join(', ')}`
          : row.parts.length > 0
            ? '全部指标已知 all parts known'
            : '已排名 ranked';
    leagues.set(title, [...(leagues.get(title) ?? []), row]);
  }
  return [...leagues].map(([title, own]) => ({ title: `${title} (${own.length})`, rows: own }));
}

/** One line per row: nested values become JSON text, so that nothing is lost. */
function flatten(row: object): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [
      field,
      value !== null && typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean | null),
    ]),
  );
}
