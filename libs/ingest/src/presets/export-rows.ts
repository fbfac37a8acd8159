import * as path from 'node:path';
import { Brand, Platform, PLATFORMS, VitrineError } from '@app/contracts';
import { StateReader } from '@app/database';
import { readCsv } from '../csv-reader';
import { unreadable } from '../file-errors';
import type { FileScan } from '../file-scan';
import type { FileFormat, IngestStores } from '../import-request';
import type { InstantReading } from '../instants';
import type { Problem } from '../problems';
import type { RawRow, RawRows, Reading } from '../raw-row';
import { readXlsx } from '../xlsx-reader';
import { readCell } from './cells';
import type { ExportPreset } from './export-preset';
import { AccountName, knownSessions, knownVideos } from './known-works.reader';
import { Match, fileSessionId, fileVideoId, matchSession, matchVideo, publishSlack } from './match-works';
import { ColumnFound, Recognised, TITLE_ROWS, recognise, unrecognised } from './recognise';
import { instantOf, isDateOnly } from './row-instants';
import { ambiguous, contradicting, unknownAccount } from './work-problems';

/** Rows that need each other (two for one video) are held together: no export of an account comes near it. */
const MOST_ROWS = 200_000;
const BATCH = 500;

export interface ExportFile {
  file: string;
  format: FileFormat;
  scan: FileScan;
}
export interface ExportScope {
  stores: IngestStores;
  brand: Brand;
  /** Of the request: the account of all rows, as far as it is given. */
  account: { platform?: Platform; accountId?: string };
}

/** Cells of a file by the columns of its export. Throws bad_input when its header is that of no given export. */
async function* cellsOf(
  source: ExportFile,
  presets: readonly ExportPreset[] | undefined,
  found: { as?: Recognised },
  reading: Reading,
): RawRows {
  const name = path.basename(source.file);
  if (source.format !== 'csv' && source.format !== 'xlsx')
    throw unreadable(name, '该导出只有 CSV 和 XLSX。', 'This export comes as CSV or XLSX only.', {
      zh: '选择下载的原文件。',
      en: 'Give the downloaded file itself.',
    });
  const seen: string[][] = [];
  const columns = (cells: string[]) => {
    const recognised = recognise(cells, presets);
    if (recognised) {
      found.as = recognised;
      return cells.map((_, at) => (recognised.columns[at] ? String(at) : null));
    }
    seen.push(cells);
    if (seen.length >= TITLE_ROWS) throw unrecognised(name, seen, presets);
    return null;
  };
  yield* source.format === 'csv' ? readCsv(source.file, source.scan, columns, reading) : readXlsx(source.file, columns, reading);
  if (!found.as) throw unrecognised(name, seen, presets);
}

/** The export that a file is, by its headers. Throws bad_input, naming the nearest, when it is none. */
export async function presetOf(source: ExportFile): Promise<ExportPreset> {
  const found: { as?: Recognised } = {};
  for await (const rows of cellsOf(source, undefined, found, { onBytes: () => undefined, note: () => undefined })) {
    void rows;
    break;
  }
  if (!found.as) throw unrecognised(path.basename(source.file), []);
  return found.as.preset;
}

/** Rows of an export as rows of its kind, each with its identity; what is ambiguous carries its problem. */
export async function* exportRows(scope: ExportScope, preset: ExportPreset, source: ExportFile, reading: Reading): RawRows {
  if (preset.refused)
    throw new VitrineError('bad_input', prefixed(path.basename(source.file), preset.refused.reason), { remedy: preset.refused.remedy });
  const found: { as?: Recognised } = {};
  const rows: WorkRow[] = [];
  let localTimes = false;
  const instants: InstantReading = { localZone: scope.brand.zone, onLocal: () => (localTimes = true) };
  for await (const batch of cellsOf(source, [preset], found, reading)) {
    const columns = found.as?.columns ?? [];
    for (const row of batch) rows.push(workRow(row, columns, instants));
    if (rows.length > MOST_ROWS)
      throw unreadable(path.basename(source.file), `超过 ${MOST_ROWS} 行。`, `More than ${MOST_ROWS} rows.`, {
        zh: '分成几个文件导入。',
        en: 'Split it into several files.',
      });
  }
  const unknown = found.as?.unknown ?? [];
  if (unknown.length > 0)
    reading.note({ zh: `已忽略不认识的列：${unknown.join('、')}。`, en: `Unknown columns were ignored: ${unknown.join(', ')}.` });
  if (localTimes)
    reading.note({
      zh: `没有写明时区的时间按品牌时区 ${scope.brand.zone} 读取。`,
      en: `Times without a zone were read in the brand's zone, ${scope.brand.zone}.`,
    });
  if (preset.account === 'column') await nameAccounts(scope, preset.platform, rows);
  if (preset.identity !== 'column') await identify(scope, preset, rows);
  refuseContradictions(preset, rows);
  for (let at = 0; at < rows.length; at += BATCH) yield rows.slice(at, at + BATCH);
}

const prefixed = (file: string, { zh, en }: { zh: string; en: string }) => ({ zh: `${file}：${zh}`, en: `${file}: ${en}` });

interface WorkRow extends RawRow {
  /** Of the publication or the start; null when it cannot be read. */
  at: number | null;
  to: number | null;
  dateOnly: boolean;
  /** What stands beside the fields of the kind: a name, a platform. */
  beside: { accountName?: string; platformText?: string };
}

function workRow(row: RawRow, columns: readonly (ColumnFound | null)[], instants: InstantReading): WorkRow {
  const read: Record<string, unknown> = {};
  for (const [place, raw] of Object.entries(row.values)) {
    const column = columns[Number(place)];
    const value = column ? readCell(raw, column.form) : null;
    if (column && value !== null) read[column.field] = value;
  }
  const { dayOfStart, accountName, platformText, duration, ...values } = read;
  const began = values.startedAt ?? values.publishedAt;
  const at = began === undefined ? null : instantOf(began, dayOfStart, instants);
  if (at !== null) values[values.startedAt === undefined ? 'publishedAt' : 'startedAt'] = at;
  const to = endOf(values.endedAt, { at, duration, dayOfStart }, instants);
  if (to !== null) values.endedAt = to;
  const beside = { accountName: textOf(accountName), platformText: textOf(platformText) };
  return { line: row.line, problem: row.problem, values, at, to, dateOnly: isDateOnly(began), beside };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);

/** The end of a broadcast: as told (a time alone may be of the next day), else start and length. */
function endOf(
  raw: unknown,
  start: { at: number | null; duration: unknown; dayOfStart: unknown },
  instants: InstantReading,
): number | null {
  const { at, duration, dayOfStart } = start;
  if (raw !== undefined) {
    const told = instantOf(raw, dayOfStart, instants);
    const timeOnly = dayOfStart !== undefined && instantOf(raw, undefined, instants) === null;
    return told !== null && at !== null && told < at && timeOnly ? told + 86_400_000 : told;
  }
  return at !== null && typeof duration === 'string' && /^\d+(\.\d+)?$/.test(duration) ? at + Math.round(Number(duration) * 1000) : null;
}

/** Accounts by the names in the file: exactly one declared account of that name, handle or id. */
async function nameAccounts({ stores, brand, account }: ExportScope, of: Platform | null, rows: WorkRow[]): Promise<void> {
  if (account.accountId !== undefined && account.platform !== undefined) return;
  const { accounts } = await new StateReader(stores.dataSource, stores.secret).state(brand.brandId);
  for (const row of rows) {
    const platform = account.platform ?? of ?? platformIn(row.beside.platformText);
    const name = row.beside.accountName?.replace(/\s+/g, '') ?? '';
    const fits = accounts.filter(
      (one) =>
        (platform === undefined || one.platform === platform) &&
        name !== '' &&
        [one.name, one.handle ?? '', one.accountId].some((text) => text.replace(/\s+/g, '') === name),
    );
    if (fits.length === 1) Object.assign(row.values, { platform: fits[0].platform, accountId: fits[0].accountId });
    else row.problem ??= unknownAccount(fits.length);
  }
}

const PLATFORM_WORDS: Record<Platform, RegExp> = { douyin: /抖音|douyin/i, kuaishou: /快手|kuaishou/i, channels: /视频号|channels/i };
function platformIn(text: string | undefined): Platform | undefined {
  const found = PLATFORMS.filter((one) => text !== undefined && PLATFORM_WORDS[one].test(text));
  return found.length === 1 ? found[0] : undefined;
}

async function identify({ stores, brand, account }: ExportScope, preset: ExportPreset, rows: WorkRow[]): Promise<void> {
  const byAccount = new Map<string, WorkRow[]>();
  for (const row of rows) {
    if (row.problem || row.at === null) continue;
    const name = { platform: account.platform, accountId: account.accountId, ...row.values } as { platform: Platform; accountId: string };
    const key = JSON.stringify([name.platform, name.accountId]);
    byAccount.set(key, [...(byAccount.get(key) ?? []), row]);
  }
  for (const [key, own] of byAccount) {
    const [platform, accountId] = JSON.parse(key) as [Platform, string];
    const name: AccountName = { brandId: brand.brandId, platform, accountId };
    if (preset.identity === 'title') matchAll(own, 'videoId', await videoFinder(stores, name));
    else matchAll(own, 'sessionId', await sessionFinder(stores, name));
  }
}

type Finder = (row: WorkRow, at: number) => { match: Match; own: string };

async function videoFinder({ warehouse }: IngestStores, account: AccountName): Promise<Finder> {
  const known = await knownVideos(warehouse, account);
  return (row, at) => {
    const title = String(row.values.title ?? '');
    return { match: matchVideo({ title, at, slackMs: publishSlack(row.dateOnly) }, known), own: fileVideoId(title, at) };
  };
}

async function sessionFinder({ warehouse }: IngestStores, account: AccountName): Promise<Finder> {
  const known = await knownSessions(warehouse, account);
  return (row, at) => ({ match: matchSession({ from: at, to: row.to }, known), own: fileSessionId(at) });
}

function matchAll(rows: WorkRow[], field: 'videoId' | 'sessionId', find: Finder): void {
  for (const row of rows) {
    const { match, own } = find(row, row.at as number);
    if (match && 'candidates' in match) row.problem = ambiguous(match.candidates);
    else row.values[field] = match?.id ?? own;
  }
}

/** Rows of one identity must say one thing: an exact repetition does, anything else is shown. */
function refuseContradictions(preset: ExportPreset, rows: WorkRow[]): void {
  const groups = new Map<string, WorkRow[]>();
  for (const row of rows) {
    const { platform, accountId, videoId, sessionId, day } = row.values;
    const key = JSON.stringify([platform, accountId, videoId, sessionId, preset.kind === 'followers' ? day : null]);
    if (!row.problem && (videoId ?? sessionId ?? day) !== undefined) groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  for (const group of groups.values()) {
    if (new Set(group.map(({ values }) => JSON.stringify(Object.entries(values).sort()))).size === 1) continue;
    const problem: Problem = contradicting(group.length);
    for (const row of group) row.problem = problem;
  }
}
