import type { DecidedCase, DetectorOutcome } from '@app/integrity';
import type { Reads } from '../case.repository';

/** How a case ended, an appeal included. */
const ENDED = `CASE WHEN state = 'overturned' THEN 'overturned' ELSE outcome END`;

/** Each decided case and detector that has a finding in it; a finding that an appeal has struck counts as overturned. */
export async function decidedFindings(reads: Reads, brandId: number): Promise<DetectorOutcome[]> {
  return (await reads.query(
    `SELECT case_id AS "caseId", own.signal ->> 'detector' AS detector, (own.signal ->> 'version')::integer AS version,
       CASE WHEN bool_or(own.stands) THEN ${ENDED} ELSE 'overturned' END AS outcome
     FROM integrity_case
     JOIN integrity_case_signal AS own USING (brand_id, case_id)
     WHERE brand_id = $1 AND outcome IS NOT NULL
     GROUP BY case_id, state, outcome, detector, version
     ORDER BY case_id, detector, version`,
    [brandId],
  )) as DetectorOutcome[];
}

/** A case of a span, decided or not, as learning sees it: one row per dealer that it is about. */
export interface CaseOfDealer extends Omit<DecidedCase, 'outcome'> {
  origin: 'signals' | 'sample' | 'person';
  /** A detector spoke about it: it was opened by signals, or some have joined it. */
  found: boolean;
  /** Null: undecided. */
  outcome: DecidedCase['outcome'] | null;
}

/** Cases whose period touches a span (epoch ms, half open), by dealer. */
export async function casesOfDealers(reads: Reads, brandId: number, { from, to }: { from: number; to: number }): Promise<CaseOfDealer[]> {
  const rows = (await reads.query(
    `SELECT case_id AS "caseId", dealer AS "dealerId", origin, ${ENDED} AS outcome,
       EXISTS (SELECT 1 FROM integrity_case_signal AS own WHERE own.brand_id = integrity_case.brand_id AND own.case_id = integrity_case.case_id) AS found, from_at AS "from", to_at AS "to"
     FROM integrity_case, unnest(dealer_ids) AS dealer
     WHERE brand_id = $1 AND from_at < to_timestamp($3::float8 / 1000) AND to_at > to_timestamp($2::float8 / 1000)
     ORDER BY case_id, dealer`,
    [brandId, from, to],
  )) as (Omit<CaseOfDealer, 'window'> & { from: Date; to: Date })[];
  return rows.map(({ from: begins, to: ends, ...row }) => ({ ...row, window: { from: begins.toISOString(), to: ends.toISOString() } }));
}
