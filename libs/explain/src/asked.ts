import type { DataSource } from 'typeorm';
import type {
  Bilingual,
  ExplainCheck,
  ExplainInput,
  ExplainQuery,
  ExplainRows,
  FigureLink,
  ReportMeta,
  ReportName,
  ScoreContribution,
  Subject,
} from '@app/contracts';
import type { SeenRows } from '@app/access';
import type { ReportAsk, ReportContext } from '@app/reports';
import { inScope } from '@app/reports';
import type { ViewerKeys } from '@app/warehouse';
import type { RowsAsked } from './rows';

/** One figure of one subject, opened: the row of the report that holds it, and what that row was computed from. */
export interface Asked {
  query: ExplainQuery;
  /** What the asker may see over the period. */
  seen: SeenRows;
  report: ReportName;
  /** The report's row; the figure is a field of it, of one of its parts or of one of its lines. */
  row: Readonly<Record<string, unknown>>;
  value: unknown;
  meta: ReportMeta;
  /** Said beside the figure, and beside its rows where these are read as of another moment. */
  notes: readonly Bilingual[];
  subject: Subject;
  ask: ReportAsk;
  context: ReportContext;
  group: string;
  rows: RowsAsked;
  dataSource: DataSource;
  viewerKeys: ViewerKeys;
}

/** What an explainer finds. `filled`: the formula with the numbers; `words` where the catalogue's do not do. */
export interface Evidence {
  filled: string;
  words?: Bilingual;
  inputs?: ExplainInput[];
  checks?: ExplainCheck[];
  contributions?: ScoreContribution[];
  rows: ExplainRows;
  notes?: Bilingual[];
}

/** Explains one figure. Throws VitrineError of the stores. */
export type Explainer = (asked: Asked) => Promise<Evidence>;

/** The same question about another figure. */
export function linkTo({ query, report }: Pick<Asked, 'query' | 'report'>, figure: string, other: Partial<ExplainQuery> = {}): FigureLink {
  const { brand, month, from, to, period, level, regions, basis, subject, asOf, platform, part, line } = query;
  const asks = {
    brand,
    month,
    from,
    to,
    period,
    level,
    regions,
    basis,
    subject,
    asOf,
    platform,
    part,
    line,
    report,
    figure,
    ...other,
  };
  return Object.fromEntries(
    Object.entries(asks).flatMap(([name, value]) => (value === undefined || value === null ? [] : [[name, String(value)]])),
  );
}

/** An input that is a figure of its own. */
export const input = (
  asked: Pick<Asked, 'query' | 'report'>,
  name: Bilingual,
  value: ExplainInput['value'],
  figure: string | null = null,
  other: Partial<ExplainQuery> = {},
): ExplainInput => ({ name, value, explain: figure === null ? null : linkTo(asked, figure, other) });

/** Compares exactly, as text. */
export const check = (name: Bilingual, expected: unknown, found: unknown): ExplainCheck => {
  const [left, right] = [textOf(expected), textOf(found)];
  return { name, expected: left, found: right, holds: left === right };
};

/** A figure as people write it: `—` is unknown. */
export const textOf = (value: unknown): string =>
  value === null || value === undefined ? '—' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** A number with thousands. */
export const grouped = (value: unknown): string => {
  const text = textOf(value);
  const [, sign, whole, rest] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  return whole === undefined ? text : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest ?? ''}`;
};

export const SUM_OF_ROWS: Bilingual = { zh: '全部明细行之和 = 指标', en: 'Σ of all rows = figure' };
export const FORMULA_AGAIN: Bilingual = { zh: '按公式重算 = 指标', en: 'formula carried out again = figure' };

/** Accounts of the group in the period, in the order of their keys. */
export const accountsOf = ({ context, group }: Asked): string[] => [...(context.groups.get(group) ?? [])].sort();

/** `platform:accountId`; of an account outside the asker's scope, nothing that names it. */
export function accountName({ context, ask, seen }: Asked, accountKey: string): string {
  if (!inScope(seen.accounts, accountKey)) return '—';
  const account = context.byKey.get(accountKey) ?? ask.state.accounts.find((one) => one.accountKey === accountKey);
  return account ? `${account.platform}:${account.accountId}` : '—';
}

export const iso = (instant: number): string => new Date(instant).toISOString();
