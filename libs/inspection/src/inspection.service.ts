import { createHash } from 'node:crypto';
import { isSeen, seenBy, type BrandScope } from '@app/access';
import { LearningService, besideOf, countNamed, reportedOf, type CaseAsker, type CaseService } from '@app/cases';
import {
  VitrineError,
  businessDay,
  type BrandState,
  type InspectedDetector,
  type InspectedParameter,
  type Inspection,
  type LiveSession,
  type NotAssessable,
  type Period,
  type Platform,
} from '@app/contracts';
import { StateReader, recordAct } from '@app/database';
import { fuse, inspectAccount, type Detector, type DetectorAnswer, type DetectorParameter } from '@app/integrity';
import {
  evidenceWithoutViewers,
  newestCompleteMonth,
  periodOf,
  withUndeclared,
  without,
  type ReconciliationService,
  type ReportStores,
} from '@app/reports';
import { evidencePack } from './pack/evidence-pack';
import type { PackLanguage } from './pack/pack-words';
import { shownOverlaps } from './shown-overlaps';

/** What is inspected: an account over business days (half open; absent: the newest complete month), or one broadcast of it. */
export interface InspectionAsked {
  platform: Platform;
  accountId: string;
  sessionId?: string;
  from?: string;
  to?: string;
}

/** Gives a broadcast minute by minute; throws not_found for one that there is not. */
export interface Broadcasts {
  get(scope: BrandScope, asked: { brand: string; platform: Platform; accountId: string; sessionId?: string }): Promise<LiveSession>;
}

export interface InspectionParts extends ReportStores {
  dataDir: string;
  broadcasts: Broadcasts;
  cases: CaseService;
  reconciled: ReconciliationService;
}

/** Broadcasts that are drawn in one answer. */
export const BROADCASTS_SHOWN = 10;
const ROWS_COMPARED = 100;

/** Deep inspection (深度技检): everything that is known of one account or broadcast, in one answer. */
export class InspectionService {
  private readonly states: StateReader;

  constructor(private readonly parts: InspectionParts) {
    this.states = new StateReader(parts.dataSource, parts.secret);
  }

  /**
   * Runs every detector anew by the measure of the latest full scan over the period; writes nothing. Throws bad_input for a bad period, not_found for an
   * account that the asker was not granted over all of it, not_available where no full scan covers it.
   */
  async inspect(asker: CaseAsker, asked: InspectionAsked, signal?: AbortSignal): Promise<Inspection> {
    const { warehouse, clock } = this.parts;
    const brand = await this.states.brand(asker.brand);
    const period = periodOf({ from: asked.from, to: asked.to }, newestCompleteMonth(clock.now(), brand.zone), brand.zone);
    const state = await withUndeclared(warehouse, await this.states.state(brand.brandId));
    const account = state.accounts.find((one) => one.platform === asked.platform && one.accountId === asked.accountId);
    if (!account || !isSeen(seenBy(asker.scope, state, period).accounts, account.accountKey)) throw noAccount();
    const { accountKey } = account;
    const { sessionId } = asked;
    const { scan, answers, overlaps } = await inspectAccount(this.parts, { brandId: brand.brandId, accountKey, sessionId, period, signal });
    const signals = answers.flatMap((answer) => answer.signals);
    const { platform, accountId } = asked;
    const subject: Inspection['subject'] =
      sessionId === undefined ? { kind: 'account', platform, accountId } : { kind: 'session', platform, accountId, sessionId };
    const demoted = (await new LearningService(this.parts).precision(brand.code)).filter((one) => one.demoted).map((one) => one.detector);
    const span = { from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString() };
    const beside = await besideOf({ reads: this.parts.dataSource, state }, subject, period);
    // as a case weighs: of lists that reach beyond the period only what lies in it
    const namedEntries = await countNamed({ warehouse, state }, signals, period);
    const reported = await reportedOf({ warehouse, state }, subject, period);
    const fusion = fuse(signals, { subject, window: span, demoted, beside, namedEntries, ...reported });
    const found = broadcastsOf(answers);
    const content: Omit<Inspection, 'sha256'> = {
      subject,
      accountName: account.name,
      ...ownerOf(state, accountKey, period),
      period: span,
      scan,
      madeAt: new Date(clock.now()).toISOString(),
      zone: brand.zone,
      detectors: answers.map(detectorOf),
      fusion: without(fusion, 'removes'),
      broadcasts: await this.broadcasts(asker, { brand: brand.code, platform, accountId, sessionId }, found),
      broadcastsWithFindings: found.length,
      reconciliation: await this.reconciliation(asker, asked, businessDays(period, brand.zone)),
      overlaps: overlaps && shownOverlaps(overlaps, { account, state, seen: seenBy(asker.scope, state, period).accounts }),
      cases: await this.casesOf(asker, asked, period),
    };
    return { ...content, sha256: createHash('sha256').update(JSON.stringify(content)).digest('hex') };
  }

  /** The same as a PDF that carries the hash of its content; the making of it is written into the audit log. Throws as `inspect`. */
  async pack(asker: CaseAsker, asked: InspectionAsked, language: PackLanguage): Promise<{ inspection: Inspection; bytes: Buffer }> {
    const inspection = await this.inspect(asker, asked);
    const bytes = await evidencePack(inspection, language);
    const { brandId } = await this.states.brand(asker.brand);
    const { subject, period, sha256 } = inspection;
    await this.parts.dataSource.transaction((tx) =>
      recordAct(tx, {
        ...{ brandId, actor: asker.actor, action: 'inspection.pack', subject: `${subject.platform}/${subject.accountId}`, reason: null },
        before: null,
        after: { sha256, period, ...(subject.kind === 'session' ? { sessionId: subject.sessionId } : {}) },
      }),
    );
    return { inspection, bytes };
  }

  /** The one that was asked for, else those with findings; one that was taken back since its finding is left out. */
  private async broadcasts(
    { scope }: CaseAsker,
    { sessionId, ...of }: { brand: string; platform: Platform; accountId: string; sessionId?: string },
    found: readonly string[],
  ): Promise<LiveSession[]> {
    if (sessionId !== undefined) return [await this.parts.broadcasts.get(scope, { ...of, sessionId })];
    const shown: LiveSession[] = [];
    for (const one of found.slice(0, BROADCASTS_SHOWN))
      try {
        shown.push(await this.parts.broadcasts.get(scope, { ...of, sessionId: one }));
      } catch (error) {
        if (!(error instanceof VitrineError) || error.code !== 'not_found') throw error;
      }
    return shown;
  }

  private async reconciliation(
    { scope, brand }: CaseAsker,
    { platform, accountId, sessionId }: InspectionAsked,
    days: { from: string; to: string },
  ): Promise<Inspection['reconciliation']> {
    const { rows } = await this.parts.reconciled.report(scope, { brand, ...days });
    const own = rows.filter(
      (row) => row.platform === platform && row.accountId === accountId && (sessionId === undefined || row.subject === sessionId),
    );
    return { rows: own.slice(0, ROWS_COMPARED), compared: own.length, beyond: own.filter(({ beyond }) => beyond).length };
  }

  private async casesOf(
    asker: CaseAsker,
    { platform, accountId, sessionId }: InspectionAsked,
    period: Period,
  ): Promise<Inspection['cases']> {
    const all = await this.parts.cases.list(asker, { platform, accountId });
    return all.filter(
      ({ subject, period: { from, to } }) =>
        Date.parse(from) < period.to &&
        Date.parse(to) > period.from &&
        (sessionId === undefined || subject.kind !== 'session' || subject.sessionId === sessionId),
    );
  }
}

/** Sessions that signals are about, that of the strongest signal first. */
function broadcastsOf(answers: readonly DetectorAnswer[]): string[] {
  const strongest = answers.flatMap(({ signals }) => signals).sort((a, b) => b.strength - a.strength);
  return [...new Set(strongest.flatMap(({ subject }) => (subject.kind === 'session' ? [subject.sessionId] : [])))];
}

function ownerOf(state: BrandState, accountKey: string, { to }: Period): Pick<Inspection, 'dealerId' | 'dealerName'> {
  const at = to - 1;
  const owned = state.ownerships.find((one) => one.accountKey === accountKey && one.from <= at && (one.to === null || at < one.to));
  const dealerId = owned?.dealerId ?? null;
  const placed = state.placements.find((one) => one.dealerId === dealerId && one.from <= at && (one.to === null || at < one.to));
  return { dealerId, dealerName: placed?.name ?? null };
}

function detectorOf({ detector, signals, notAssessable, distributions }: DetectorAnswer): InspectedDetector {
  const { name, version, family, tier, title, text, weaknesses } = detector;
  const whole = notAssessable.some(({ subject }) => subject.kind === 'account');
  return {
    ...{ detector: name, version, family, tier, title, text, weaknesses },
    parameters: parametersOf(detector.parameters),
    minimumSample: parametersOf(detector.minimumSample),
    outcome: signals.length > 0 ? 'found' : whole ? 'not-assessable' : 'silent',
    reasons: reasonsOf(notAssessable),
    signals: signals.map((signal) => ({ ...signal, evidence: evidenceWithoutViewers(signal.evidence) })),
    distributions,
  };
}

const parametersOf = (parameters: Detector['parameters']): InspectedParameter[] =>
  Object.entries<DetectorParameter>(parameters).map(([name, { value, unit, text }]) => ({ name, value, unit, text }));

function reasonsOf(notAssessable: readonly NotAssessable[]): InspectedDetector['reasons'] {
  const counted = new Map<string, InspectedDetector['reasons'][number]>();
  for (const { reason } of notAssessable) {
    const known = counted.get(reason.en) ?? { reason, subjects: 0 };
    known.subjects++;
    counted.set(reason.en, known);
  }
  return [...counted.values()].sort((a, b) => b.subjects - a.subjects);
}

const businessDays = ({ from, to }: Period, zone: string) => ({ from: businessDay(from, zone), to: businessDay(to, zone) });

const noAccount = (): VitrineError => new VitrineError('not_found', { zh: '没有该账号。', en: 'There is no such account.' });
