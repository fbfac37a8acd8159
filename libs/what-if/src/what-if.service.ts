import { activeCards } from '@app/analytics';
import {
  Bilingual,
  BrandState,
  Close,
  Policy,
  RankingRow,
  VitrineError,
  WhatIfProgress,
  WhatIfQuery,
  WhatIfReport,
  WhatIfRow,
  rateCardName,
} from '@app/contracts';
import { policyOf } from '@app/database';
import { BrandScope, ReportAsk, ReportService, checkedScope, scopeKey } from '@app/reports';
import type { NamedQuery, Warehouse } from '@app/warehouse';
import { RANK_STEP, movesOf, summaryOf } from './moves';
import { QueryMemory, readOnlyWarehouse } from './query-memory';
import { Ranked, rankedOf } from './ranked';
import { stabilityOf } from './stability';
import { checkedStability, standingOf } from './standing';
import { SupposedMemory } from './supposed-memory';
import { Supposition, suppose } from './supposition';

/** Told about what takes long; `signal` ends it. */
export interface Following {
  signal?: AbortSignal;
  onProgress?: (progress: WhatIfProgress) => void;
}

/** A question with everything that it starts from. */
export interface PreparedWhatIf {
  query: WhatIfQuery;
  scope: BrandScope;
  ask: ReportAsk & { fingerprint: string };
  supposed: Supposition;
  /** The close that holds the month that is asked about; null: it is not closed, or another span is asked about. */
  closed: Close | null;
  /** `visits`: what is supposed changes what a visit is, so that visits are formed anew out of the entries. */
  work: 'quick' | 'visits';
}

/** Brand, moment and asker under which readings are remembered. */
const ANSWERS = 8;

/**
 * Recomputes a past period under a policy or prices that are supposed, by the very functions of the reports. It only reads: both stores stay as they are, and
 * so do the kept rows.
 */
export class WhatIfService {
  private readonly queries = new QueryMemory();
  private readonly parts = new SupposedMemory();
  private readonly answers = new Map<string, Promise<Ranked>>();

  constructor(private readonly reports: ReportService) {}

  /** Reads and judges a question. Throws bad_input that names the field; fails closed without a scope. */
  async prepare(query: WhatIfQuery, scope: BrandScope): Promise<PreparedWhatIf> {
    checkedScope(scope);
    if (query.tier !== undefined && query.level !== 'account') throw tierOfAccounts();
    if (query.stability) checkedStability(query.level, query.stability);
    const { brand, month, from, to, level, regions, platform, basis = 'adjusted' } = query;
    const ask = await this.reports.askOf({ name: 'ranking', brand, month, from, to, level, regions, platform, basis }, scope);
    const supposed = suppose(ask.state, query, { first: ask.period.fromDay.slice(0, 7), last: ask.period.lastMonth });
    const closed = ask.period.month === null ? null : await this.reports.closeOf(ask.period.month, { brand });
    return { query, scope, ask, supposed, closed, work: workOf(ask, supposed.state) };
  }

  /** Answers a prepared question. Aborting ends it with the signal's reason. */
  async answer(prepared: PreparedWhatIf, following: Following = {}): Promise<WhatIfReport> {
    const began = performance.now();
    const { query, ask, supposed, work, closed } = prepared;
    const tell = (stage: WhatIfProgress['stage'], done: number, of: number): void => following.onProgress?.({ stage, done, of });
    tell('reading', 0, 1);
    const before = await this.actual(prepared);
    following.signal?.throwIfAborted();
    const after = await rankedOf(this.supposedAsk(prepared, following), following.signal);
    tell('comparing', 0, 1);
    const rows = movesOf(before.rows, after.rows).filter((row) => isWanted(row, query.tier));
    const stability = query.stability
      ? await stabilityOf(standingOf(after), {
          plan: checkedStability(query.level, query.stability),
          subjectOf: (id) => after.subjects.get(id)!,
          isShown: after.isShown,
          onTrial: async (done, of) => {
            tell('stability', done, of);
            await breath(following.signal);
          },
        })
      : null;
    return {
      rows,
      summary: summaryOf(rows, query.rankStep ?? RANK_STEP),
      stability,
      meta: metaOf(ask, after, { supposed, work, closed, seconds: (performance.now() - began) / 1000 }),
    };
  }

  /** Prepares and answers. */
  async ask(query: WhatIfQuery, scope: BrandScope, following: Following = {}): Promise<WhatIfReport> {
    return this.answer(await this.prepare(query, scope), following);
  }

  /** The ranking as it is: of a moment it is computed once. */
  private actual(prepared: PreparedWhatIf): Promise<Ranked> {
    const { ask } = prepared;
    const { level, regions, platform, basis } = ask.query;
    // coverage and trailing days go to the data day: an answer of yesterday is no answer of today
    const minute = Math.floor(Math.min(ask.dataInstant, ask.period.to) / 60_000);
    const key = JSON.stringify([this.scopeOf(prepared), ask.period.fromDay, ask.period.toDay, minute, level, regions, platform, basis]);
    const known = this.answers.get(key);
    this.answers.delete(key);
    const answer = known ?? rankedOf(this.askOver(prepared, ask.state, this.readOnly(prepared)));
    this.answers.set(key, answer);
    answer.catch(() => this.answers.get(key) === answer && this.answers.delete(key));
    if (this.answers.size > ANSWERS) this.answers.delete(this.answers.keys().next().value as string);
    return answer;
  }

  private supposedAsk(prepared: PreparedWhatIf, following: Following): ReportAsk {
    const warehouse = this.readOnly(prepared, following, (query) => {
      const { chunk, chunks } = query.params ?? {};
      if (typeof chunk === 'number' && typeof chunks === 'number') following.onProgress?.({ stage: 'visits', done: chunk, of: chunks });
    });
    return this.askOver(prepared, prepared.supposed.state, warehouse);
  }

  private askOver(prepared: PreparedWhatIf, state: BrandState, warehouse: Warehouse): ReportAsk {
    return { ...prepared.ask, state, memory: this.parts.of(this.scopeOf(prepared), state), warehouse };
  }

  private readOnly(prepared: PreparedWhatIf, { signal }: Following = {}, onQuery?: (query: NamedQuery) => void): Warehouse {
    return readOnlyWarehouse(prepared.ask.warehouse, { memory: this.queries, scope: this.scopeOf(prepared), signal, onQuery });
  }

  /** No reading crosses brands, moments or askers. */
  private scopeOf({ ask, scope }: PreparedWhatIf): string {
    return JSON.stringify([ask.brand.brandId, ask.fingerprint, ask.warehouse.instant, scopeKey(scope)]);
  }
}

/** Lets others have the process for a moment, and ends what was cancelled. */
async function breath(signal?: AbortSignal): Promise<void> {
  await new Promise((done) => setImmediate(done));
  signal?.throwIfAborted();
}

/** Everything that decides what a visit is, and which source tells units. */
const forming = ({ visitGapMinutes, minVisitDwellSeconds, sourceOrder }: Policy): string =>
  JSON.stringify([visitGapMinutes, minVisitDwellSeconds, sourceOrder]);

function workOf({ state, period }: ReportAsk, supposed: BrandState): 'quick' | 'visits' {
  const [now, then] = [state, supposed].map(({ policies }) => forming(policyOf(policies, period.lastMonth)));
  return now === then ? 'quick' : 'visits';
}

const isWanted = ({ earnedTier }: WhatIfRow, tier: RankingRow['earnedTier'] | undefined): boolean =>
  tier === undefined || earnedTier.before === tier || earnedTier.after === tier;

function metaOf(
  { brand, period, query, dataInstant, notes, state }: ReportAsk,
  { context }: Ranked,
  { supposed, work, closed, seconds }: Pick<PreparedWhatIf, 'supposed' | 'work' | 'closed'> & { seconds: number },
): WhatIfReport['meta'] {
  const cards = activeCards(state.rateCards).filter(
    ({ validFrom, validTo }) => validFrom < period.toDay && (validTo ?? period.toDay) >= period.fromDay,
  );
  return {
    brand: brand.code,
    month: period.month,
    from: new Date(period.from).toISOString(),
    to: new Date(period.to).toISOString(),
    level: query.level,
    basis: query.basis,
    policyVersion: context.policy.version,
    dataInstant: new Date(dataInstant).toISOString(),
    rateCards: cards.map(rateCardName).sort(),
    sampleRates: cards.some((card) => card.sample),
    notes: [...notes, NOT_DECLARED, ...(closed ? [closedNote(closed)] : [])],
    supposed: { policy: supposed.policy, prices: supposed.prices },
    work,
    seconds: Math.round(seconds * 1000) / 1000,
  };
}

/** What is supposed is compared with what is known now: of a closed month that need not be what its close says. */
const closedNote = ({ month, closedAt }: Close): Bilingual => ({
  zh: `${month} 已关账（${closedAt}）：测算前后均按当前数据计算，可能与关账数字不同；关账不受影响。`,
  en: `${month} is closed (${closedAt}): both sides are computed from what is known now, which may differ from the close; the close stays.`,
});

const NOT_DECLARED = {
  zh: '假设测算：未写入任何数据，已发布的报表与关账不受影响。',
  en: 'What if: nothing was written; reports and closes stay as they are.',
};

function tierOfAccounts(): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh: '层级筛选只适用于账号', en: 'A tier can be asked of accounts only' },
    {
      remedy: { zh: '请使用 --level account，或去掉 tier。', en: 'Use --level account, or leave tier out.' },
      details: [{ field: 'tier', message: 'of accounts only' }],
    },
  );
}
