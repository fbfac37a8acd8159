import type { Actor, CaseOutcome, CaseState, CaseStep, Fusion, Signal } from '@app/contracts';
import { holdInTransaction } from '@app/database';
import type { DataSource, EntityManager } from 'typeorm';
import type { CaseRecord, FiledSignal, KeptFusion, ListedCase } from './case-record';

export type Reads = Pick<DataSource | EntityManager, 'query'>;

const ms = (column: string): string => `floor(extract(epoch FROM ${column}) * 1000)::float8`;
const COLUMNS = `brand_id AS "brandId", case_id AS "caseId", subject, subject_key AS "subjectKey", dealer_ids AS "dealerIds", ${ms('from_at')} AS "from",
  ${ms('to_at')} AS "to", origin, state, outcome, reason_code AS "reasonCode", risk_cny::text AS "riskCny", risk_entries::float8 AS "riskEntries",
  risk_visitors::float8 AS "riskVisitors", ${ms('opened_at')} AS "openedAt", ${ms('due_at')} AS "dueAt", claimed_by AS "claimedBy",
  ${ms('claimed_until')} AS "claimedUntil", ${ms('decided_at')} AS "decidedAt", decided_by AS "decidedBy", ${ms('appeal_until')} AS "appealUntil",
  linked_to AS "linkedTo", hold_id AS "holdId"`;
/** Of a fused answer, which may be long, what rows show. */
const LISTED_FUSION = `CASE WHEN fusion IS NOT NULL THEN jsonb_build_object('inorganic', fusion -> 'inorganic', 'attributable', fusion -> 'attributable',
  'level', fusion -> 'level', 'tier', fusion -> 'tier') END AS fusion`;
/** An instant of epoch milliseconds. */
export const instant = (parameter: string): string => `to_timestamp(${parameter}::float8 / 1000)`;

type CaseColumns<Row> = Omit<Row, 'claim'> & { claimedBy: Actor | null; claimedUntil: number | null };

const claimOf = ({ claimedBy, claimedUntil }: Pick<CaseColumns<CaseRecord>, 'claimedBy' | 'claimedUntil'>): CaseRecord['claim'] =>
  claimedBy && claimedUntil !== null ? { actor: claimedBy, until: claimedUntil } : null;

/** Until the transaction ends nobody else opens a case of the brand, or has signals join one. */
export const lockIntake = (tx: EntityManager, brandId: number): Promise<void> => holdInTransaction(tx, { lock: 'intake', of: brandId });

/** So many rows of a list, from a place in its order on (0: the first). */
export interface CasePlace {
  offset: number;
  limit: number;
}

export interface CaseFilter {
  states?: readonly CaseState[];
  subjectKeys?: readonly string[];
  platform?: string;
  accountId?: string;
  dealerId?: string;
  detector?: string;
  /** Cases that somebody has claimed. */
  claimant?: Actor;
  caseIds?: readonly string[];
  /** Cases whose facts are held. */
  held?: true;
  /** Small letters that stand in the id, a dealer's or the account's, or cases of one of these accounts (`platform/accountId`). */
  part?: { text: string; accounts: readonly string[] };
  place?: CasePlace;
  order?: 'risk' | 'opened' | 'due';
}

const ORDERS = {
  risk: 'risk_cny DESC NULLS LAST, risk_visitors DESC NULLS LAST, risk_entries DESC, opened_at, case_id',
  opened: 'opened_at DESC, case_id',
  due: 'due_at, case_id',
} as const;

const WHERE = `brand_id = $1
       AND ($2::text[] IS NULL OR state = ANY ($2))
       AND ($3::text[] IS NULL OR subject_key = ANY ($3))
       AND ($4::text IS NULL OR subject ->> 'platform' = $4)
       AND ($5::text IS NULL OR subject ->> 'accountId' = $5)
       AND ($6::text IS NULL OR $6 = ANY (dealer_ids))
       AND ($7::text IS NULL OR EXISTS (
         SELECT 1 FROM integrity_case_signal AS own
         WHERE own.brand_id = integrity_case.brand_id AND own.case_id = integrity_case.case_id AND own.signal ->> 'detector' = $7))
       AND ($8::text IS NULL OR (claimed_by ->> 'kind' = $8 AND claimed_by ->> 'id' = $9))
       AND ($10::text[] IS NULL OR case_id = ANY ($10)) AND ($11::boolean IS NULL OR hold_id IS NOT NULL)
       AND ($12::text IS NULL OR strpos(lower(case_id), $12) > 0 OR strpos(lower(subject ->> 'accountId'), $12) > 0
         OR EXISTS (SELECT 1 FROM unnest(dealer_ids) AS own (dealer_id) WHERE strpos(lower(dealer_id), $12) > 0)
         OR (subject ->> 'platform') || '/' || (subject ->> 'accountId') = ANY ($13))`;

const parametersOf = (brandId: number, filter: CaseFilter): unknown[] => {
  const { states, subjectKeys, platform, accountId, dealerId, detector, claimant, caseIds, held, part } = filter;
  return [
    ...[brandId, states ?? null, subjectKeys ?? null, platform ?? null, accountId ?? null, dealerId ?? null, detector ?? null],
    ...[claimant?.kind ?? null, claimant?.id ?? null, caseIds ?? null, held ?? null, part?.text ?? null, part?.accounts ?? null],
  ];
};

/** Cases of a brand in an order: what most is at stake in first, the newest, or the most urgent. */
export async function listCases(reads: Reads, brandId: number, filter: CaseFilter = {}): Promise<ListedCase[]> {
  const { order = 'risk', place } = filter;
  const rows = (await reads.query(
    `SELECT ${COLUMNS}, ${LISTED_FUSION}
     FROM integrity_case
     WHERE ${WHERE}
     ORDER BY ${ORDERS[order]}
     LIMIT $14 OFFSET $15`,
    [...parametersOf(brandId, filter), place?.limit ?? null, place?.offset ?? 0],
  )) as CaseColumns<ListedCase>[];
  return rows.map(({ claimedBy, claimedUntil, ...row }) => ({ ...row, claim: claimOf({ claimedBy, claimedUntil }) }));
}

/** How many they are, wherever a page of them begins. */
export async function countCases(reads: Reads, brandId: number, filter: CaseFilter): Promise<number> {
  const [{ cases }] = (await reads.query(
    `SELECT count(*)::int AS cases FROM integrity_case WHERE ${WHERE}`,
    parametersOf(brandId, filter),
  )) as { cases: number }[];
  return cases;
}

/** One case; `lock`: until the transaction ends nobody else changes it. */
export async function findCase(reads: Reads, brandId: number, caseId: string, { lock = false } = {}): Promise<CaseRecord | null> {
  const [row] = (await reads.query(
    `SELECT ${COLUMNS}, fusion - 'removes' AS fusion FROM integrity_case WHERE brand_id = $1 AND case_id = $2${lock ? ' FOR UPDATE' : ''}`,
    [brandId, caseId],
  )) as CaseColumns<CaseRecord>[];
  if (!row) return null;
  const { claimedBy, claimedUntil, ...own } = row;
  return { ...own, claim: claimOf({ claimedBy, claimedUntil }) };
}

export async function insertCase(tx: EntityManager, row: CaseRecord): Promise<void> {
  const { fusion, ...given } = row;
  await tx.query(
    `INSERT INTO integrity_case (brand_id, case_id, subject, subject_key, dealer_ids, from_at, to_at, origin, fusion, risk_cny, risk_entries,
       risk_visitors, opened_at, due_at, linked_to)
     VALUES ($1, $2, $3::jsonb, $4, $5, ${instant('$6')}, ${instant('$7')}, $8, $9::jsonb, $10, $11, $12, ${instant('$13')}, ${instant('$14')}, $15)`,
    [
      ...[
        given.brandId,
        given.caseId,
        JSON.stringify(given.subject),
        given.subjectKey,
        given.dealerIds,
        given.from,
        given.to,
        given.origin,
      ],
      ...[
        fusion === null ? null : JSON.stringify(fusion),
        given.riskCny,
        given.riskEntries,
        given.riskVisitors,
        given.openedAt,
        given.dueAt,
      ],
      given.linkedTo,
    ],
  );
}

/** What signals that joined, or were struck, make of a case: its span, probabilities and stake. */
export async function updateFindings(
  tx: EntityManager,
  { brandId, caseId, from, to, dealerIds, fusion, riskCny, riskEntries, riskVisitors }: CaseRecord,
): Promise<void> {
  await tx.query(
    `UPDATE integrity_case
     SET from_at = ${instant('$3')}, to_at = ${instant('$4')}, dealer_ids = $5, fusion = $6::jsonb, risk_cny = $7, risk_entries = $8, risk_visitors = $9
     WHERE brand_id = $1 AND case_id = $2`,
    [brandId, caseId, from, to, dealerIds, fusion === null ? null : JSON.stringify(fusion), riskCny, riskEntries, riskVisitors],
  );
}

export async function setClaim(
  tx: EntityManager,
  { brandId, caseId }: Pick<CaseRecord, 'brandId' | 'caseId'>,
  claim: CaseRecord['claim'],
): Promise<void> {
  await tx.query(
    `UPDATE integrity_case SET claimed_by = $3::jsonb, claimed_until = ${instant('$4')} WHERE brand_id = $1 AND case_id = $2`,
    [...[brandId, caseId, claim ? JSON.stringify(claim.actor) : null, claim?.until ?? null]],
  );
}

export async function setState(
  tx: EntityManager,
  { brandId, caseId }: Pick<CaseRecord, 'brandId' | 'caseId'>,
  state: CaseState,
): Promise<void> {
  await tx.query('UPDATE integrity_case SET state = $3 WHERE brand_id = $1 AND case_id = $2', [brandId, caseId, state]);
}

/** A decision ends the claim. */
export async function setDecision(
  tx: EntityManager,
  { brandId, caseId }: Pick<CaseRecord, 'brandId' | 'caseId'>,
  {
    outcome,
    reasonCode,
    actor,
    at,
    appealUntil,
  }: { outcome: CaseOutcome; reasonCode: string; actor: Actor; at: number; appealUntil: number | null },
): Promise<void> {
  await tx.query(
    `UPDATE integrity_case
     SET state = $3, outcome = $3, reason_code = $4, decided_by = $5::jsonb, decided_at = ${instant('$6')}, appeal_until = ${instant('$7')},
       claimed_by = NULL, claimed_until = NULL
     WHERE brand_id = $1 AND case_id = $2`,
    [brandId, caseId, outcome, reasonCode, JSON.stringify(actor), at, appealUntil],
  );
}

export async function setHold(
  reads: Reads,
  { brandId, caseId }: Pick<CaseRecord, 'brandId' | 'caseId'>,
  holdId: string | null,
): Promise<void> {
  await reads.query('UPDATE integrity_case SET hold_id = $3 WHERE brand_id = $1 AND case_id = $2', [brandId, caseId, holdId]);
}

/** Findings, the strongest first. */
export async function signalsOf(reads: Reads, brandId: number, caseId: string): Promise<FiledSignal[]> {
  return reads.query(
    `SELECT signal, stands FROM integrity_case_signal WHERE brand_id = $1 AND case_id = $2 ORDER BY (signal ->> 'strength')::float8 DESC, signal_id`,
    [brandId, caseId],
  ) as Promise<FiledSignal[]>;
}

/** Which of these signals are filed in a case, and in which. */
export async function filedIn(reads: Reads, brandId: number, signalIds: readonly string[]): Promise<Map<string, string>> {
  const rows = (await reads.query(
    'SELECT signal_id AS "signalId", case_id AS "caseId" FROM integrity_case_signal WHERE brand_id = $1 AND signal_id = ANY ($2)',
    [brandId, signalIds],
  )) as { signalId: string; caseId: string }[];
  return new Map(rows.map(({ signalId, caseId }) => [signalId, caseId]));
}

/** Of some signals those that a decision has struck, or that stand in a case that came to nothing: they accuse nobody any more. */
export async function fallenOf(reads: Reads, brandId: number, signalIds: readonly string[]): Promise<Set<string>> {
  const rows = (await reads.query(
    `SELECT filed.signal_id AS "signalId"
     FROM integrity_case_signal AS filed
     JOIN integrity_case AS own ON own.brand_id = filed.brand_id AND own.case_id = filed.case_id
     WHERE filed.brand_id = $1 AND filed.signal_id = ANY ($2) AND (NOT filed.stands OR own.state IN ('dismissed', 'inconclusive', 'overturned'))`,
    [brandId, signalIds],
  )) as { signalId: string }[];
  return new Set(rows.map(({ signalId }) => signalId));
}

export async function fileSignal(
  tx: EntityManager,
  { brandId, caseId }: Pick<CaseRecord, 'brandId' | 'caseId'>,
  signal: Signal,
): Promise<void> {
  await tx.query(
    `INSERT INTO integrity_case_signal (brand_id, signal_id, case_id, signal) VALUES ($1, $2, $3, $4::jsonb)
     ON CONFLICT (brand_id, signal_id) DO UPDATE SET signal = excluded.signal WHERE integrity_case_signal.case_id = excluded.case_id`,
    [brandId, signal.signalId, caseId, JSON.stringify(signal)],
  );
}

/** Strikes findings: of those that are not named nothing changes. */
export async function strikeSignals(
  tx: EntityManager,
  { brandId, caseId }: Pick<CaseRecord, 'brandId' | 'caseId'>,
  signalIds: readonly string[],
): Promise<void> {
  await tx.query('UPDATE integrity_case_signal SET stands = false WHERE brand_id = $1 AND case_id = $2 AND signal_id = ANY ($3)', [
    ...[brandId, caseId, signalIds],
  ]);
}

/** Adds a step to the log of a case. The caller holds the case. */
export async function addStep(
  tx: EntityManager,
  { brandId, caseId }: Pick<CaseRecord, 'brandId' | 'caseId'>,
  { actor, step, from, to, reason }: Omit<CaseStep, 'seq' | 'at' | 'actor'> & { actor: Actor },
): Promise<void> {
  await tx.query(
    `INSERT INTO integrity_case_step (brand_id, case_id, seq, actor, step, from_state, to_state, reason)
     SELECT $1, $2, coalesce(max(seq), 0) + 1, $3::jsonb, $4, $5, $6, $7 FROM integrity_case_step WHERE brand_id = $1 AND case_id = $2`,
    [brandId, caseId, JSON.stringify(actor), step, from, to, reason],
  );
}

export const stepsOf = (reads: Reads, brandId: number, caseId: string): Promise<(CaseStep & { actor: Actor })[]> =>
  reads.query(
    `SELECT seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, actor, step, from_state AS "from", to_state AS "to", reason
     FROM integrity_case_step WHERE brand_id = $1 AND case_id = $2 ORDER BY seq`,
    [brandId, caseId],
  ) as Promise<(CaseStep & { actor: Actor })[]>;

/** Detectors and families of cases, for the queue. */
export async function detectorsOf(reads: Reads, brandId: number, caseIds: readonly string[]) {
  const rows = (await reads.query(
    `SELECT case_id AS "caseId", array_agg(DISTINCT signal ->> 'detector' ORDER BY signal ->> 'detector') AS detectors,
       array_agg(DISTINCT signal ->> 'family' ORDER BY signal ->> 'family') AS families
     FROM integrity_case_signal WHERE brand_id = $1 AND case_id = ANY ($2) AND stands GROUP BY case_id`,
    [brandId, caseIds],
  )) as { caseId: string; detectors: string[]; families: Signal['family'][] }[];
  return new Map(rows.map((row) => [row.caseId, row]));
}

/** Days that the brand's calendar tells. */
export async function calendarOf(reads: Reads, brandId: number): Promise<Map<string, boolean>> {
  const rows = (await reads.query(`SELECT to_char(day, 'YYYY-MM-DD') AS day, working FROM calendar_day WHERE brand_id = $1`, [
    brandId,
  ])) as {
    day: string;
    working: boolean;
  }[];
  return new Map(rows.map(({ day, working }) => [day, working]));
}

/** A fused answer without the lists that its signals hold. */
export function withoutRemoves(fusion: Fusion): KeptFusion {
  const { removes, ...rest } = fusion;
  void removes;
  return rest;
}
