import { createHash } from 'node:crypto';
import {
  dayStart,
  type Appeal,
  type BrandState,
  type CaseEffect,
  type CaseFinding,
  type CaseRow,
  type CaseStep,
  type IntegrityCase,
  type Period,
  type Rectification,
  type Signal,
  type SignalRow,
} from '@app/contracts';
import type { CaseRecord, FiledSignal, ListedCase } from './case-record';
import { accountOf } from './case-subject';
import { shownRemoves } from './removal';

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** A row of the queue; `all`: whoever asks works for the brand, not for a dealer. */
export function rowOf(
  record: ListedCase,
  { state, all, detectors, families }: { state: BrandState; all: boolean } & Pick<CaseRow, 'detectors' | 'families'>,
): CaseRow {
  const account = accountOf(record.subject);
  const known = account && state.accounts.find((one) => one.platform === account.platform && one.accountId === account.accountId);
  const { fusion, claim, caseId, subject, dealerIds, origin, outcome, reasonCode, linkedTo } = record;
  return {
    ...{ caseId, subject, dealerIds, origin, state: record.state, outcome, reasonCode, detectors, families },
    accountName: known?.name ?? null,
    period: { from: iso(record.from), to: iso(record.to) },
    ...{
      inorganic: fusion?.inorganic ?? null,
      attributable: fusion?.attributable ?? null,
      level: fusion?.level ?? null,
      tier: fusion?.tier ?? null,
    },
    risk: { valueCny: record.riskCny, entries: record.riskEntries, visitors: record.riskVisitors },
    ...{
      openedAt: iso(record.openedAt),
      dueAt: iso(record.dueAt),
      decidedAt: isoOrNull(record.decidedAt),
      appealUntil: isoOrNull(record.appealUntil),
    },
    claim: all && claim ? { actor: claim.actor, until: iso(claim.until) } : null,
    linkedTo: all ? linkedTo : null,
  };
}

export interface CaseParts {
  filed: readonly FiledSignal[];
  effects: readonly CaseEffect[];
  appeals: readonly Appeal[];
  rectifications: readonly Rectification[];
  steps: readonly CaseStep[];
}

/**
 * A case as reviewers see it, or (`all` false) as the dealer does: the same figures, without who reviews, notes, proposals, and queries. `time`: of an account that
 * changed hands, the part of the window that was the dealer's; of findings that reach beyond it no row of another's days is told.
 */
export function caseOf(
  record: CaseRecord,
  parts: CaseParts,
  { state, all, time = null }: { state: BrandState; all: boolean; time?: readonly Period[] | null },
): IntegrityCase {
  const { effects, appeals, rectifications, steps } = parts;
  const filed = time === null ? parts.filed : parts.filed.flatMap((one) => withinTime(one, time, state.brand.zone));
  const standing = filed.filter(({ stands }) => stands).map(({ signal }) => signal);
  const { fusion } = record;
  const told = fusion && {
    ...fusion,
    reasons: fusion.reasons.filter(({ signalId }) => filed.some(({ signal }) => signal.signalId === signalId)),
  };
  const named = (pick: (signal: Signal) => string) => [...new Set(standing.map(pick))].sort();
  return {
    ...rowOf(record, {
      state,
      all,
      detectors: named(({ detector }) => detector),
      families: named(({ family }) => family) as CaseRow['families'],
    }),
    ...{ metric: fusion?.metric ?? null, reported: fusion?.reported ?? null, corrected: fusion?.corrected ?? null },
    ...{ reasons: told?.reasons ?? [], confounders: told?.confounders ?? [], fusion: told },
    sqlHash: hashOf(filed),
    removes: shownRemoves(standing.flatMap(({ evidence }) => evidence.removes ?? [])),
    findings: filed.map((one) => findingOf(one, all)),
    effects: all ? [...effects] : effects.filter(({ state: of }) => of === 'in_force' || of === 'ended').map(withoutPeople),
    appeals: all ? [...appeals] : appeals.map((appeal) => ({ ...appeal, decidedBy: null })),
    rectifications: [...rectifications],
    log: all ? [...steps] : steps.filter(({ step }) => TOLD.has(step)).map((step) => ({ ...step, actor: null })),
  };
}

/** A finding as far as it lies within some spans: whole, without what is of other days, or not at all. */
export function withinTime({ signal, stands }: FiledSignal, time: readonly Period[], zone: string): FiledSignal[] {
  const { evidence, window } = signal;
  const [from, to] = [Date.parse(window.from), Date.parse(window.to)];
  if (time.some((span) => span.from <= from && to <= span.to)) return [{ signal, stands }];
  if (!time.some((span) => span.from < to && from < span.to)) return [];
  const isWithin = (at: number): boolean => time.some((span) => span.from <= at && at < span.to);
  const { minutes, removes } = evidence;
  const own = {
    ...evidence,
    rows: undefined,
    ...(minutes ? { minutes: minutes.filter(({ at }) => isWithin(Date.parse(at))) } : {}),
    ...(removes ? { removes: removes.filter((one) => one.kind === 'entries' || isWithin(dayStart(one.day, zone))) } : {}),
  };
  return [{ signal: { ...signal, evidence: own }, stands }];
}

/** Steps that a dealer is told of. */
const TOLD = new Set([
  'claim',
  'decide',
  'appeal',
  'appeal.decide',
  'appeal.withdraw',
  'effect.end',
  'penalty.confirm',
  'rectification',
  'rectification.reopen',
  'rectification.close',
]);

const withoutPeople = (effect: CaseEffect): CaseEffect => ({ ...effect, madeBy: null, confirmedBy: null, endedBy: null });

/** Over the hashes of the findings' queries, in order. */
const hashOf = (filed: readonly FiledSignal[]): string =>
  createHash('sha256')
    .update(
      filed
        .map(({ signal }) => signal.evidence.sqlHash)
        .sort()
        .join('\n'),
    )
    .digest('hex');

/** Parameters that hold keys of viewers: no answer carries them. */
const WITH_VIEWERS = new Set(['staffViewers', 'sentinels']);

function findingOf({ signal, stands }: FiledSignal, all: boolean): CaseFinding {
  const { signalId, detector, version, family, strength, window, evidence } = signal;
  const { text, figures, minutes, rows, sql, sqlHash } = evidence;
  const parameters = Object.fromEntries(Object.entries(evidence.parameters).filter(([name]) => !WITH_VIEWERS.has(name)));
  return {
    ...{ signalId, detector, version, family, strength, window, text, figures, stands, sqlHash },
    ...(minutes ? { minutes } : {}),
    ...(rows ? { rows: all ? rows : rows.map(withoutPartner) } : {}),
    ...(all ? { sql, parameters } : {}),
  };
}

/** Other dealers of a ring are numbers to a dealer, in the order of the rows: who they are is no dealer's concern. */
const withoutPartner = (row: SignalRow, at: number): SignalRow => ('partner' in row ? { ...row, partner: at + 1 } : row);
