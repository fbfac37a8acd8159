import { createHash } from 'node:crypto';
import type {
  Appeal,
  BrandState,
  CaseEffect,
  CaseFinding,
  CaseRow,
  CaseStep,
  IntegrityCase,
  Rectification,
  Signal,
  SignalRow,
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

/** A case as reviewers see it, or (`all` false) as the dealer does: the same figures, without who reviews, notes, proposals, and queries. */
export function caseOf(record: CaseRecord, parts: CaseParts, { state, all }: { state: BrandState; all: boolean }): IntegrityCase {
  const { filed, effects, appeals, rectifications, steps } = parts;
  const standing = filed.filter(({ stands }) => stands).map(({ signal }) => signal);
  const { fusion } = record;
  const named = (pick: (signal: Signal) => string) => [...new Set(standing.map(pick))].sort();
  return {
    ...rowOf(record, {
      state,
      all,
      detectors: named(({ detector }) => detector),
      families: named(({ family }) => family) as CaseRow['families'],
    }),
    ...{ metric: fusion?.metric ?? null, reported: fusion?.reported ?? null, corrected: fusion?.corrected ?? null },
    ...{ reasons: fusion?.reasons ?? [], confounders: fusion?.confounders ?? [], fusion },
    sqlHash: hashOf(filed),
    removes: shownRemoves(standing.flatMap(({ evidence }) => evidence.removes ?? [])),
    findings: filed.map((one) => findingOf(one, all)),
    effects: all ? [...effects] : effects.filter(({ state: of }) => of === 'in_force' || of === 'ended').map(withoutPeople),
    appeals: all ? [...appeals] : appeals.map((appeal) => ({ ...appeal, decidedBy: null })),
    rectifications: [...rectifications],
    log: all ? [...steps] : steps.filter(({ step }) => TOLD.has(step)).map((step) => ({ ...step, actor: null })),
  };
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
