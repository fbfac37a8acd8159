import {
  Bilingual,
  ExplainCheck,
  ExplainQuery,
  Explanation,
  Reasons,
  ReportMeta,
  RankingPart,
  VitrineError,
  formulaText,
  metricOf,
} from '@app/contracts';
import type { BrandScope, ReportService, ReportStores } from '@app/reports';
import { addsUp, scoreAgainst } from './against';
import { Asked, Evidence, iso, textOf } from './asked';
import { explainerOf } from './figures/registry';
import { showsViewers } from './figures/showroom-persons';
import { innerReason } from './inner-value';
import { QuestionOpener } from './open-question';
import { NO_ROWS } from './rows';

/** Explains any figure of any report: formula, versions, inputs, rows down to their deliveries, and what makes the difference to another (docs/adr/0025). */
export class ExplainService {
  private readonly opener: QuestionOpener;

  constructor(stores: ReportStores, reports: ReportService) {
    this.opener = new QuestionOpener(stores, reports);
  }

  /**
   * Everything behind one figure of one subject. Fails closed without a scope; throws not_found for a figure that nobody defines and for a subject outside
   * the brand or the scope, bad_input for a question that cannot be answered as it is.
   */
  async explain(query: ExplainQuery, scope: BrandScope): Promise<Explanation> {
    const asked = await this.opener.open(query, scope);
    const explain = explainerOf(asked.report, query.figure) ?? plain;
    if (query.viewer !== undefined && !showsViewers(query.figure)) throw notOfViewers(query.figure);
    const evidence = await explain(asked);
    const other = await this.otherOf(query, scope);
    const found = other && (await scoreAgainst(asked, other));
    return {
      ...headOf(asked),
      formula: { words: evidence.words ?? wordsOf(asked), filled: evidence.filled },
      inputs: evidence.inputs ?? [],
      checks: [...(evidence.checks ?? []), ...(found ? [checkOf(found)] : [])],
      contributions: evidence.contributions ?? [],
      waterfall: found,
      rows: evidence.rows,
      notes: [...asked.notes, ...(evidence.notes ?? [])],
    };
  }

  /** Whom the score is set against; null: nobody. */
  private async otherOf(query: ExplainQuery, scope: BrandScope): Promise<Asked | null> {
    const { figure, againstMonth, againstSubject } = query;
    if (figure !== 'score' || (againstMonth === undefined && againstSubject === undefined)) return null;
    const period = againstMonth === undefined ? {} : { month: againstMonth, from: undefined, to: undefined, period: undefined };
    return this.opener.open({ ...query, ...period, subject: againstSubject ?? query.subject, limit: undefined, cursor: undefined }, scope);
  }
}

const notOfViewers = (figure: string): VitrineError =>
  new VitrineError(
    'bad_input',
    { zh: `“${figure}”的明细不是观众`, en: `The rows of "${figure}" are no viewers` },
    { remedy: { zh: '请去掉 viewer', en: 'Leave viewer out' }, details: [{ field: 'viewer', message: 'of figures of viewers only' }] },
  );

const checkOf = (found: NonNullable<Explanation['waterfall']>): ExplainCheck => {
  const holds = addsUp(found);
  const name = { zh: '各步之和 = 差异（精确分数）', en: 'Σ of the steps = difference (exact fraction)' };
  return { name, expected: textOf(found.difference), found: holds ? textOf(found.difference) : '≠', holds };
};

const wordsOf = ({ query, context }: Asked) => {
  const metric = metricOf(query.figure);
  return { zh: formulaText(metric, 'zh', context.policy), en: formulaText(metric, 'en', context.policy) };
};

function headOf(asked: Asked): Omit<Explanation, 'formula' | 'inputs' | 'checks' | 'contributions' | 'waterfall' | 'rows' | 'notes'> {
  const { query, report, row, value, subject, context } = asked;
  const meta = asked.meta as ReportMeta & { closed?: unknown };
  const { name, definition, unit } = metricOf(query.figure);
  return {
    figure: query.figure,
    report,
    name,
    definition,
    unit: typeof unit === 'string' ? { zh: unit, en: unit } : unit,
    subject,
    month: context.period.month,
    from: iso(context.period.from),
    to: iso(context.period.to),
    level: query.level,
    basis: query.basis,
    value:
      value === null || typeof value === 'object' ? (value === null ? null : JSON.stringify(value)) : (value as string | number | boolean),
    reason: reasonOf(asked),
    versions: { policy: meta.policyVersion, rateCards: meta.rateCards ?? [], dataInstant: meta.dataInstant, closed: meta.closed ?? null },
    coverage: {
      share: (row.coverage as number | null | undefined) ?? null,
      accountsKnown: (row.accountsKnown as number | undefined) ?? null,
      accountsTotal: (row.accountsTotal as number | undefined) ?? null,
    },
  };
}

const NOT_HERE: Bilingual = {
  zh: '该层级没有此指标：请在其下的账号或经销商上查看。',
  en: 'This level has no such figure: look at the accounts or dealers below.',
};

/** Why the figure is unknown, as its row says. */
function reasonOf({ query, row, value, context }: Asked): Bilingual | null {
  const reasons = (row.reasons ?? {}) as Reasons;
  const part = ((row.parts ?? []) as RankingPart[]).find(({ metric }) => metric === query.figure || metric === query.part);
  const said = reasons[query.figure] ?? null;
  if (said !== null || value !== null) return said;
  return part?.reason ?? innerReason(query, row) ?? (context.level !== 'account' && !part ? NOT_HERE : null);
}

/** A figure without rows of its own. */
const plain = (asked: Asked): Promise<Evidence> => Promise.resolve({ filled: textOf(asked.value), rows: NO_ROWS });
