import type { SeenIds } from '@app/access';
import {
  Bilingual,
  ExplainQuery,
  LEVELS,
  RankingPart,
  ReportMeta,
  ReportName,
  ReportQuery,
  Subject,
  UNASSIGNED,
  VitrineError,
  metricOf,
} from '@app/contracts';
import { loadViewerKeys } from '@app/database';
import { BrandScope, ReportAsk, ReportService, ReportStores, asOfClose, checkedScope, inScope, openAsk } from '@app/reports';
import type { Asked } from './asked';
import { isPart, reportOf } from './figures/registry';
import { innerValue } from './inner-value';
import { rowsAsked } from './rows';

type ReportRow = Subject & Record<string, unknown>;

/** Reads the report that holds a figure, finds the row of its subject, and opens what that row was computed from. */
export class QuestionOpener {
  constructor(
    private readonly stores: ReportStores,
    private readonly reports: ReportService,
  ) {}

  /**
   * Throws not_found for a figure that the catalogue does not define and for a subject that the brand does not have or the scope does not reach (the same
   * answer), bad_input for a question that names no subject.
   */
  async open(query: ExplainQuery, scope: BrandScope): Promise<Asked> {
    checkedScope(scope);
    const report = reportAsked(query);
    const question = questionOf(query, report);
    const answer = await this.reports.report(question, scope);
    const meta = answer.meta as ReportMeta & { closed?: unknown };
    const { ask, notes } = await this.askOf(question, scope, meta.closed ? meta.dataInstant : null);
    const { context, seen } = await openAsk(ask);
    const group = groupOf(query, context.state, context.groups.keys(), seen.accounts);
    const row = (answer.rows as unknown as ReportRow[]).find((own) => groupOfRow(own, context.state.accounts) === group);
    if (!row) throw noSubject();
    return {
      query,
      seen,
      report,
      row,
      value: valueOf(query, row),
      meta,
      notes: [...meta.notes, ...notes.filter(({ en }) => meta.notes.every((said) => said.en !== en))],
      subject: subjectOf(row),
      ask,
      context,
      group,
      rows: rowsAsked({ limit: query.limit, cursor: query.cursor, nested: query.nested ?? true }),
      dataSource: this.stores.dataSource,
      viewerKeys: await loadViewerKeys(this.stores.dataSource, this.stores.secret, ask.brand.brandId),
    };
  }

  /** A close answers out of what was known then: so do the rows, for as long as the landing logs reach back to it. */
  private async askOf(
    question: ReportQuery & { brand?: string },
    scope: BrandScope,
    closedAt: string | null,
  ): Promise<{ ask: ReportAsk; notes: readonly Bilingual[] }> {
    if (closedAt === null) return { ask: await this.reports.askOf(question, scope), notes: [] };
    const { found, isThen } = await asOfClose(closedAt, (asOf) => this.reports.askOf({ ...question, asOf }, scope));
    return { ask: found, notes: isThen ? found.notes : [ROWS_OF_NOW] };
  }
}

const ROWS_OF_NOW: Bilingual = {
  zh: '关账时刻的原始投递已不再保留，明细按当前数据列出，可能与关账数字不一致。',
  en: 'Deliveries of the instant of the close are not kept any more: the rows are those known now, which may differ from the closed figure.',
};

/** The report that is meant; one that does not hold the figure is bad input. */
function reportAsked({ figure, report }: ExplainQuery): ReportName {
  const { reports } = metricOf(figure);
  if (report === undefined || reports.includes(report)) return reportOf(figure, report ?? reports[0]);
  throw new VitrineError(
    'bad_input',
    { zh: `报表 ${report} 没有指标“${figure}”。`, en: `The report ${report} has no figure "${figure}".` },
    {
      remedy: { zh: `可用报表：${reports.join('、')}`, en: `It is in: ${reports.join(', ')}` },
      details: [{ field: 'report', message: `one of ${reports.join(', ')}` }],
    },
  );
}

function questionOf(query: ExplainQuery, name: ReportName): ReportQuery {
  const { brand, month, from, to, period, level, regions, basis, asOf } = query;
  return { name, brand, month, from, to, period, level, regions, basis, asOf };
}

const noSubject = (): VitrineError =>
  new VitrineError(
    'not_found',
    { zh: '没有这样的主体（账号、经销商或区域）。', en: 'There is no such account, dealer or region.' },
    { remedy: { zh: '请从报表中选择。', en: 'Choose one from the report.' }, details: [{ field: 'subject', message: 'not found' }] },
  );

function groupOf(query: ExplainQuery, state: Asked['context']['state'], groups: Iterable<string>, accounts: SeenIds): string {
  const { level, subject } = query;
  if (level === 'brand') return state.brand.code;
  if (!subject)
    throw new VitrineError(
      'bad_input',
      { zh: '请指出主体。', en: 'Name the subject.' },
      {
        remedy: {
          zh: '账号用 --account 平台:账号ID，经销商用 --dealer 编号，区域用 --region 代码或路径。',
          en: 'Use --account platform:id, --dealer id, or --region code or path.',
        },
        details: [{ field: 'subject', message: `needed at level ${LEVELS.find((known) => known === level) ?? level}` }],
      },
    );
  if (level !== 'account') {
    const found = [...groups].find((group) => group === subject);
    if (!found) throw noSubject();
    return found;
  }
  const [, platform, accountId] = /^([a-z]+)[:/](.+)$/.exec(subject) ?? [];
  const account = state.accounts.find((one) => one.platform === platform && one.accountId === accountId);
  if (!account || !inScope(accounts, account.accountKey)) throw noSubject();
  return account.accountKey;
}

function groupOfRow(row: ReportRow, accounts: Asked['context']['state']['accounts']): string | undefined {
  if (row.level === 'account') return accounts.find((one) => one.platform === row.platform && one.accountId === row.accountId)?.accountKey;
  if (row.level === 'dealer') return row.dealerId ?? UNASSIGNED;
  return row.adcode ?? row.salesRegion ?? row.brand;
}

const PART_FIELDS = new Set(['percentile', 'percentileExact', 'peers', 'weight', 'smallGroup']);

/** The figure as the report has it: a field of the row, of one of its parts, or of the lines and costs inside it. */
function valueOf(query: ExplainQuery, row: ReportRow): unknown {
  const { figure, part } = query;
  const parts = (row.parts ?? []) as RankingPart[];
  if (isPart(figure)) return parts.find(({ metric }) => metric === figure)?.value ?? null;
  if (PART_FIELDS.has(figure))
    return (parts.find(({ metric }) => metric === part) as Record<string, unknown> | undefined)?.[figure] ?? null;
  return row[figure] === undefined ? innerValue(query, row) : row[figure];
}

function subjectOf(row: ReportRow): Subject {
  const { level, accountId, platform, dealerId, adcode, salesRegion, brand, name, dealerName, ownerKind, declaredTier, undeclared } = row;
  return { level, accountId, platform, dealerId, adcode, salesRegion, brand, name, dealerName, ownerKind, declaredTier, undeclared };
}
