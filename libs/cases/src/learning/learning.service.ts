import { VitrineError, monthPeriod, type Signal } from '@app/contracts';
import { deriveKey } from '@app/config';
import {
  auditSample,
  backTest,
  detectorPrecision,
  estimatedRecall,
  type BackTest,
  type DecidedCase,
  type DetectorPrecision,
  type RecallEstimate,
} from '@app/integrity';
import { CaseDesk } from '../case-desk';
import type { CaseStores } from '../case-stores';
import { casesOfDealers, decidedFindings, type CaseOfDealer } from './decisions.reader';

/** The draw of a month, and what reviewed draws say of the recall. */
export interface AuditDraw {
  month: string;
  /** With it anybody who has it draws the same dealers again. */
  seed: string;
  /** Dealers that no case of the month is about, drawn ones apart. */
  unflagged: number;
  drawn: string[];
  /** Of these, dealers that have no case of a draw in this month yet. */
  undrawn: string[];
  /** Of `drawn`, how many have been decided, and how many turned out inflated. */
  reviewed: number;
  inflated: number;
  recall: RecallEstimate | null;
}

const notBegun = (): VitrineError =>
  new VitrineError('bad_input', { zh: '该月尚未开始，不能抽取。', en: 'That month has not begun: nobody is drawn from it yet.' });

const RIGHT: ReadonlySet<CaseOfDealer['outcome']> = new Set(['confirmed', 'third_party'] as const);

/** What people's decisions say of the detectors. Nothing here changes a figure or a case. */
export class LearningService {
  private readonly desk: CaseDesk;

  constructor(private readonly stores: CaseStores) {
    this.desk = new CaseDesk(stores);
  }

  /** Precision of each detector and version, and which ones are demoted by it. */
  async precision(brandCode?: string): Promise<DetectorPrecision[]> {
    const { brand } = await this.desk.at(brandCode);
    return detectorPrecision(await decidedFindings(this.stores.dataSource, brand.brandId));
  }

  /**
   * The random tenth of a month's audit: of `places`, or of the unflagged dealers. The seed comes out of the installation's secret: dealers cannot foresee the
   * draw, and reviewers cannot choose it, nor ask for the one of a month that has not begun (bad_input).
   */
  async draw({ month, places, brandCode }: { month: string; places?: number; brandCode?: string }): Promise<AuditDraw> {
    const { brand, state } = await this.desk.at(brandCode);
    const period = monthPeriod(month, brand.zone);
    if (period.from > this.stores.clock.now()) throw notBegun();
    const cases = await casesOfDealers(this.stores.dataSource, brand.brandId, period);
    const flagged = new Set(cases.filter((one) => !isBlind(one)).map(({ dealerId }) => dealerId));
    const known = state.placements
      .filter(({ from, to }) => from < period.to && (to === null || to > period.from))
      .map(({ dealerId }) => dealerId);
    const unflagged = [...new Set(known)].filter((dealerId) => !flagged.has(dealerId));
    const seed = deriveKey(this.stores.secret, `audit-sample:${brand.brandId}`).toString('hex');
    const drawn = auditSample({ unflagged, round: month, seed, places });
    const drawnBefore = new Set(cases.filter(({ origin }) => origin === 'sample').map(({ dealerId }) => dealerId));
    const sampled = decidedOf(cases.filter(isBlind)).filter(({ outcome }) => outcome !== 'inconclusive');
    const inflated = sampled.filter(({ outcome }) => RIGHT.has(outcome)).length;
    const found = new Set(cases.filter((one) => !isBlind(one) && RIGHT.has(one.outcome)).map(({ dealerId }) => dealerId));
    const recall = estimatedRecall({
      foundRight: found.size,
      unflagged: unflagged.length,
      sampled: sampled.length,
      sampledInflated: inflated,
    });
    const undrawn = drawn.filter((dealerId) => !drawnBefore.has(dealerId));
    return { month, seed, unflagged: unflagged.length, drawn, undrawn, reviewed: sampled.length, inflated, recall };
  }

  /** Whom a rule's signals of history hit, beside what was decided in that time. */
  async backTest(
    signals: readonly Signal[],
    of: { detector: string; version: number; strength: number; window: { from: number; to: number }; brandCode?: string },
  ): Promise<BackTest> {
    const { brand } = await this.desk.at(of.brandCode);
    const cases = await casesOfDealers(this.stores.dataSource, brand.brandId, of.window);
    return backTest(signals, decidedOf(cases), of);
  }
}

/** A draw that no detector spoke about: only such ones say what detectors miss. */
const isBlind = ({ origin, found }: Pick<CaseOfDealer, 'origin' | 'found'>): boolean => origin === 'sample' && !found;

const decidedOf = (cases: readonly CaseOfDealer[]): DecidedCase[] =>
  cases.flatMap(({ outcome, ...one }) => (outcome === null ? [] : [{ ...one, outcome }]));
