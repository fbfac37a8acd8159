import { Brand, ImportField, ImportKind, PLATFORMS, businessDay } from '@app/contracts';
import { loadViewerKeys } from '@app/database';
import type { ViewerKeys } from '@app/warehouse';
import type { ExportRequest, ExportedRow } from './export-request';
import { columnOf, factTableOf } from './fact-builder';
import type { IngestStores } from './import-request';

/** The column by which a span selects. */
const TIME_COLUMN: Record<string, string> = {
  entries: 'entered_at',
  sessions: 'started_at',
  minutes: 'minute',
  comments: 'at',
  video_readings: 'read_at',
  video_days: 'day',
  follower_readings: 'day',
  leads: 'day',
  footfall: 'day',
};

const instantText = (column: string) =>
  `concat(formatDateTime(${column}, '%Y-%m-%dT%H:%i:%S', 'UTC'), '.', leftPad(toString(toUnixTimestamp64Milli(${column}) % 1000), 3, '0'), 'Z')`;

function selected(field: ImportField, columns: Readonly<Record<string, string>>): string | null {
  if (field.name === 'platform') return "ifNull(dictionary.platform, '') AS f_platform";
  if (field.name === 'accountId') return "ifNull(dictionary.account_id, '') AS f_accountId";
  const column = field.type === 'viewer' ? `${columnOf(field.name)}_key` : columnOf(field.name);
  const type = columns[column];
  if (!type) return null;
  const quoted = `facts.${column}`;
  if (field.type === 'viewer') return `lower(leftPad(hex(${quoted}), 16, '0')) AS f_${field.name}`;
  if (type.includes('DateTime64')) {
    const text = instantText(type.startsWith('Nullable') ? `assumeNotNull(${quoted})` : quoted);
    return `${type.startsWith('Nullable') ? `if(isNull(${quoted}), NULL, ${text})` : text} AS f_${field.name}`;
  }
  return `${quoted} AS f_${field.name}`;
}

function conditions(
  table: string,
  columns: Readonly<Record<string, string>>,
  request: ExportRequest,
  zone: string,
): { where: string[]; params: Record<string, unknown> } {
  const where = ['brand_id = {brandId: UInt32}'];
  const params: Record<string, unknown> = { brandId: request.brandId };
  const column = TIME_COLUMN[table];
  const day = columns[column] === 'Date';
  for (const [side, bound, sign] of [
    ['from', request.from, '>='],
    ['to', request.to, '<'],
  ] as const) {
    if (bound === undefined) continue;
    where.push(`${column} ${sign} ${day ? `{${side}: Date}` : `fromUnixTimestamp64Milli({${side}: Int64}, 'UTC')`}`);
    params[side] = day ? businessDay(bound, zone) : bound;
  }
  return { where, params };
}

/** Rows of a fact kind as fields: the winning row of each identity and source. Retracted rows are gone from the current state. */
export async function* exportedFacts(
  stores: IngestStores,
  brand: Brand,
  kind: ImportKind,
  request: ExportRequest,
): AsyncGenerator<ExportedRow> {
  const table = factTableOf(kind);
  const { where, params } = conditions(table.name, table.columns, request, brand.zone);
  const accounts = 'account_key' in table.columns;
  if (request.account !== undefined && accounts) {
    const platform = PLATFORMS.find((one) => request.account?.startsWith(`${one}/`)) ?? '';
    params.platform = platform;
    params.accountId = platform === '' ? request.account : request.account.slice(platform.length + 1);
    where.push(
      "account_key IN (SELECT account_key FROM account_keys WHERE brand_id = {brandId: UInt32} AND account_id = {accountId: String} AND ({platform: String} = '' OR platform = {platform: String}))",
    );
  }
  const fields = kind.fields.filter((field) => field.name !== 'retracted');
  const columns = fields.map((field) => selected(field, table.columns)).filter((one) => one !== null);
  const join = accounts
    ? 'LEFT JOIN (SELECT account_key, any(platform) AS platform, any(account_id) AS account_id FROM account_keys WHERE brand_id = {brandId: UInt32} GROUP BY account_key) AS dictionary ON dictionary.account_key = facts.account_key'
    : '';
  const kept = Object.keys(table.columns).filter((column) => column !== 'delivery_id' && column !== 'ingested_at'); // of the landing log only
  const sql = `
SELECT
    ${columns.join(',\n    ')}
FROM (SELECT ${kept.join(', ')} FROM ${table.name} FINAL WHERE ${where.join(' AND ')}) AS facts
${join}`;
  const viewers = await loadViewerKeys(stores.dataSource, stores.secret, brand.brandId);
  for await (const row of stores.warehouse.stream<ExportedRow>({ name: 'ingest.export', sql, params, maxSeconds: 3600, maxRows: 0 })) {
    const out: ExportedRow = {};
    for (const field of fields)
      out[field.name] = field.type === 'viewer' ? viewerOf(field, row, viewers) : fieldValue(field, row[`f_${field.name}`]);
    yield out;
  }
}

/** A viewer with the version in force at the row's own instant; the next key with the one after. */
function viewerOf(field: ImportField, row: ExportedRow, viewers: ViewerKeys): string | null {
  const key = BigInt(`0x${String(row[`f_${field.name}`])}`);
  const at = Date.parse(String(row.f_enteredAt ?? row.f_at));
  return (field.name === 'nextViewer' ? viewers.exportedNext(key, at) : viewers.exported(key, at)) || null;
}

function fieldValue(field: ImportField, value: unknown): unknown {
  if (value === null || value === undefined || value === '') return null;
  if (field.type === 'boolean') return Number(value) === 1;
  if (field.type === 'count' || field.type === 'seconds') return Number(value);
  return String(value);
}
