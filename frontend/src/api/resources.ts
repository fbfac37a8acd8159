import {
  unpackRows,
  type AccountListRow,
  type Basis,
  type DealerListRow,
  type Level,
  type Metric,
  type Overview,
  type PackedRows,
  type Page,
  type Platform,
  type RankingRow,
  type Report,
  type ShowroomRow,
  type Tier,
  type TierRow,
  type ValueRow,
} from '@app/contracts';
import { getJson } from './client';

/** What a report page asks for; what is unset is not filtered. */
export interface ReportFilter {
  month: string;
  level: Level;
  regions?: 'adcode' | 'sales';
  platform?: Platform | null;
  tier?: Tier | null;
  basis: Basis;
  dealerId?: string | null;
  accountId?: string | null;
  salesRegion?: string | null;
  adcode?: string | null;
  confidence?: boolean;
}
interface ReportRows {
  showroom: ShowroomRow;
  value: ValueRow;
  tiers: TierRow;
  ranking: RankingRow;
}

/** One month of a subject's series. A month without facts is absent or null: a gap, never 0. */
export interface SeriesMonth {
  month: string;
  showroomVisitors: number | null;
  low: number | null;
  high: number | null;
  valueCny: string | null;
  valueAtLeast: boolean;
  score: number | null;
  rank: number | null;
}

/** Who a page is about, as the addresses of the api name it. */
export type SubjectPath = { kind: 'dealer'; dealerId: string } | { kind: 'account'; platform: Platform; accountId: string };

const segment = (subject: SubjectPath) =>
  subject.kind === 'dealer'
    ? `dealers/${encodeURIComponent(subject.dealerId)}`
    : `accounts/${encodeURIComponent(subject.platform)}/${encodeURIComponent(subject.accountId)}`;

export const getOverview = (signal?: AbortSignal) => getJson<Overview>('overview', {}, signal);

/** Rows unpacked between two looks at what the person does. */
const ROWS_AT_ONCE = 800;
/** Of a long report most rows are never looked at closely. */
const LATER: ReadonlySet<string> = new Set(['parts', 'reasons']);

/** A report, which comes packed; a long one is unpacked piece by piece, so that the page answers meanwhile. */
export async function getReport<Name extends keyof ReportRows>(
  name: Name,
  filter: ReportFilter,
  signal?: AbortSignal,
): Promise<Report<ReportRows[Name]>> {
  type Row = ReportRows[Name];
  const answer = await getJson<Report<Row> | (Pick<Report<Row>, 'meta'> & { packed: PackedRows })>(
    `reports/${name}`,
    { ...filter, packed: true },
    signal,
  );
  if (!('packed' in answer)) return answer;
  const { packed, meta } = answer;
  const rows: Row[] = [];
  for (let from = 0; from < packed.rows.length; from += ROWS_AT_ONCE) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve));
    rows.push(...unpackRows<Row>(packed, from, from + ROWS_AT_ONCE, packed.rows.length > ROWS_AT_ONCE ? LATER : undefined));
  }
  return { rows, meta };
}

export const getDealer = (dealerId: string, signal?: AbortSignal) =>
  getJson<DealerListRow>(segment({ kind: 'dealer', dealerId }), {}, signal);

export const getAccount = (platform: Platform, accountId: string, signal?: AbortSignal) =>
  getJson<AccountListRow>(segment({ kind: 'account', platform, accountId }), {}, signal);

export const listDealers = (q: string, limit: number, signal?: AbortSignal) =>
  getJson<Page<DealerListRow>>('dealers', { q, limit }, signal);

export const listAccounts = (q: string, limit: number, signal?: AbortSignal) =>
  getJson<Page<AccountListRow>>('accounts', { q, limit }, signal);

export async function getSeries(subject: SubjectPath, to: string, months: number, signal?: AbortSignal): Promise<SeriesMonth[]> {
  const answer = await getJson<{ months: SeriesMonth[] }>(`${segment(subject)}/series`, { months, to }, signal);
  return answer.months;
}

/** Metric definitions by key. */
export async function getCatalogue(signal?: AbortSignal): Promise<Record<string, Metric>> {
  const { metrics } = await getJson<{ metrics: Metric[] }>('catalogue', {}, signal);
  return Object.fromEntries(metrics.map((metric) => [metric.key, metric]));
}
