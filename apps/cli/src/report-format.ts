import * as fs from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { METRICS, RankingRow, Report, ReportName, ShowroomRow, Subject, TierRow, ValueRow, VitrineError } from '@app/contracts';
import { print, printJson, printTable, say } from './output';
import { harmless, writeSheet } from './sheet-file';

export type ReportFormat = 'table' | 'json' | 'csv' | 'xlsx';
type AnyRow = ShowroomRow & ValueRow & TierRow & RankingRow;

const count = (value: number | null | undefined) => (value === null || value === undefined ? '—' : value.toLocaleString('en'));
const percent = (value: number | null | undefined) => (value === null || value === undefined ? '—' : `${(value * 100).toFixed(1)} %`);
/** Exact decimal string to two places with thousands, half away from zero. */
const money = (value: string | null | undefined) => {
  if (value === null || value === undefined) return '—';
  const negative = value.startsWith('-');
  const [whole, places = ''] = value.replace('-', '').split('.');
  const cents = BigInt(whole + places.padEnd(2, '0').slice(0, 2)) + (Number(places[2] ?? 0) >= 5 ? 1n : 0n);
  const text = cents.toString().padStart(3, '0');
  return `${negative ? '-' : ''}${BigInt(text.slice(0, -2)).toLocaleString('en')}.${text.slice(-2)}`;
};
const interval = (row: Pick<ShowroomRow, 'showroomVisitors' | 'showroomVisitorsLow' | 'showroomVisitorsHigh'>) =>
  row.showroomVisitors === null
    ? '—'
    : `${count(row.showroomVisitors)} (${count(row.showroomVisitorsLow)}–${count(row.showroomVisitorsHigh)})`;
const tierOf = (row: AnyRow) =>
  row.tierCounts
    ? Object.entries(row.tierCounts)
        .filter(([, n]) => n > 0)
        .map(([tier, n]) => `${tier} ${n}`)
        .join(', ')
    : `${row.earnedTier ?? '—'}${row.projected ? ' (projected)' : ''}`;

type Column = [head: string, cell: (row: AnyRow) => string];
const COLUMNS: Record<Exclude<ReportName, 'signals'>, Column[]> = {
  showroom: [
    ['viewers', (r) => count(r.viewers)],
    ['visits', (r) => count(r.visits)],
    ['showroom visitors', interval],
    ['consecutive', (r) => count(r.consecutiveVisitors)],
    ['rolling', (r) => count(r.rollingShowroomVisitors)],
    ['loyal share', (r) => percent(r.loyalShare)],
    ['dwell ratio', (r) => (r.dwellRatio === null ? '—' : String(r.dwellRatio))],
    ['identifiable', (r) => percent(r.identifiability)],
  ],
  value: [
    ['value CNY', (r) => `${r.missing.length > 0 ? '≥ ' : ''}${money(r.valueCny)}`],
    ['cost CNY', (r) => money(r.costCny)],
    ['effective views', (r) => count(r.effectiveViews)],
    ['pass line', (r) => (r.passLine === null ? '—' : r.passLine ? 'passes' : 'misses')],
    ['value ÷ cost', (r) => r.roiValue ?? '—'],
    ['coverage', (r) => percent(r.coverage)],
  ],
  tiers: [
    ['trailing value CNY', (r) => money(r.trailingValueCny)],
    ['tier', tierOf],
    ['days observed', (r) => count(r.daysObserved)],
  ],
  ranking: [
    ['score', (r) => (r.score === null ? '—' : r.score.toFixed(1))],
    ['known', (r) => `${r.weightKnown} %`],
    ['VST (low–high)', interval],
    ['value CNY', (r) => `${r.valueAtLeast ? '≥ ' : ''}${money(r.valueCny)}`],
    ['tier', tierOf],
    ['coverage', (r) => percent(r.coverage)],
  ],
};

const nameOf = (row: Subject) => row.name + (row.platform && row.level === 'account' ? ` [${row.platform}]` : '');

/** Writes a report: a table for people, or JSON, CSV (UTF-8 with BOM) and XLSX with the fields of the contract. */
export async function writeReport(report: Report<unknown>, format: ReportFormat, out?: string): Promise<void> {
  const rows = report.rows as AnyRow[];
  if (format === 'json') return out ? fs.writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`) : printJson(report);
  if (format === 'table') return printReport(report, rows);
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
  await writeSheet(out, report.meta.report, fields, flat, (field) => label(field)?.name.zh ?? field);
  print(out);
}

const NO_FACTS =
  '还没有数据：请先导入账号和直播数据（import accounts、import sessions、import entries；template --list 列出全部模板）。\nThere are no facts yet: import accounts, then sessions and entries (template --list names every template).';
const NO_ROWS = '没有符合条件的行：请更换月份或筛选条件。\nNo row matches: choose another month or filter.';

function printReport({ meta }: Report<unknown>, rows: AnyRow[]): void {
  if (meta.report === 'signals') return printJson(rows);
  const columns = COLUMNS[meta.report];
  const ranked = meta.report === 'ranking';
  say(
    `${meta.report} ${meta.month ?? `${meta.from} – ${meta.to}`}, ${meta.level}, ${meta.basis}; data of ${meta.dataInstant}; VST known for ${meta.accountsKnown} of ${meta.accountsTotal} accounts`,
  );
  for (const note of meta.notes) say(`${note.zh} ${note.en}`);
  if (rows.length === 0) return say(meta.accountsTotal === 0 ? NO_FACTS : NO_ROWS);
  const head = [...(ranked ? ['#'] : []), meta.level, ...columns.map(([title]) => title)];
  const leagues = ranked ? leaguesOf(rows) : [{ title: '', rows }];
  for (const { title, rows: own } of leagues) {
    if (leagues.length > 1) print(`\n${title}`);
    printTable(
      head,
      own.map((row) => [
        ...(ranked ? [row.rank === null ? '—' : String(row.rank)] : []),
        nameOf(row),
        ...columns.map(([, cell]) => cell(row)),
      ]),
      ranked ? 2 : 1,
    );
  }
}

/** Rows are ranked among those that know the same parts of the score: one table per set of known parts, in the order of the rows. */
function leaguesOf(rows: AnyRow[]): { title: string; rows: AnyRow[] }[] {
  const leagues = new Map<string, AnyRow[]>();
  for (const row of rows) {
    const known = row.parts.filter(({ percentile }) => percentile !== null).map(({ metric }) => metric);
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
