import type { ScanSummary, Signal } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { DeliverySnapshot } from '../deliveries/delivery.repository';
import { holdInTransaction } from '../locks/locks';

type Reads = Pick<DataSource | EntityManager, 'query'>;

/** A run of the detectors as it is kept. */
export interface KeptScan extends DeliverySnapshot {
  mode: ScanSummary['mode'];
  detectors: string[];
  /** Fingerprint of the declarations, ownership and policies under which it ran. */
  stateMark: string;
}

/** The same as others come back to it: how far its window reached, ISO. */
type LatestScan = KeptScan & { windowTo: string };

/** A signal with the key of its account, decimal string; null: of a dealer or the brand. */
export type SignalOfAccount = Signal & { accountKey: string | null };

/** What a scan has looked at: only there what is not found any more is gone. Instants ISO. */
export interface ScannedRange {
  brandId: number;
  /** The beginning of the first week that was judged: it may lie before that of the window. */
  judgedFrom: string;
  to: string;
  detectors: readonly string[];
  /** Keys of accounts, decimal strings; null: all, and dealers and the brand as well. */
  accounts: readonly string[] | null;
}

/** Signals of one statement: parameters are sent as one JSON text. */
const CHUNK = 500;

/**
 * Keeps what a scan has found: new signals are added, known ones (same id) brought up to date, with the end of their window. Those that it has judged again
 * and not found are marked as gone: of sessions that began in the range, and of other windows most of which lies in it (a month that was scanned before is
 * not gone because the first week of the next one reaches into it). One transaction of the caller; scans of a brand wait for each other.
 */
export async function keepSignals(tx: EntityManager, range: ScannedRange, signals: readonly SignalOfAccount[]): Promise<void> {
  await holdInTransaction(tx, { lock: 'signals', of: range.brandId });
  for (let at = 0; at < signals.length; at += CHUNK) {
    await tx.query(
      `INSERT INTO integrity_signal AS known
         (brand_id, signal_id, detector, version, family, data_tier, subject, account_key, dealer_id, window_from, window_to, strength, evidence)
       SELECT $1, "signalId", detector, version, family, "dataTier", subject, "accountKey"::numeric, "dealerId",
         ("window" ->> 'from')::timestamptz, ("window" ->> 'to')::timestamptz, strength, evidence
       FROM jsonb_to_recordset($2::jsonb) AS found ("signalId" text, detector text, version integer, family text, "dataTier" text, subject jsonb,
         "accountKey" text, "dealerId" text, "window" jsonb, strength double precision, evidence jsonb)
       ON CONFLICT (brand_id, signal_id) DO UPDATE SET
         window_from = excluded.window_from, window_to = excluded.window_to, strength = excluded.strength, evidence = excluded.evidence, dealer_id = excluded.dealer_id,
         last_seen = clock_timestamp(), gone_at = NULL`,
      [range.brandId, JSON.stringify(signals.slice(at, at + CHUNK))],
    );
  }
  await tx.query(
    `UPDATE integrity_signal SET gone_at = clock_timestamp()
     WHERE brand_id = $1 AND gone_at IS NULL AND window_to > $2 AND window_from < $3 AND detector = ANY ($4::text[])
       AND CASE WHEN subject ->> 'kind' = 'session' THEN window_from ELSE window_from + (window_to - window_from) / 2 END >= $2
       AND ($5::numeric[] IS NULL OR account_key = ANY ($5::numeric[])) AND signal_id NOT IN (SELECT unnest($6::text[]))`,
    [range.brandId, range.judgedFrom, range.to, range.detectors, range.accounts, signals.map(({ signalId }) => signalId)],
  );
}

/** Keeps a scan and returns its id. */
export async function insertScan(
  tx: EntityManager,
  brandId: number,
  scan: KeptScan,
  summary: Omit<ScanSummary, 'scanId'>,
): Promise<string> {
  const [{ scanId }] = (await tx.query(
    `INSERT INTO integrity_scan (brand_id, window_from, window_to, mode, detectors, horizon, open, state_mark, summary)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb) RETURNING scan_id::text AS "scanId"`,
    [
      brandId,
      summary.window.from,
      summary.window.to,
      scan.mode,
      scan.detectors,
      scan.horizon,
      scan.open,
      scan.stateMark,
      JSON.stringify(summary),
    ],
  )) as { scanId: string }[];
  return scanId;
}

/** The latest scan of the windows that begin at an instant (ISO); null: there is none. */
export async function latestScan(reads: Reads, brandId: number, from: string): Promise<LatestScan | null> {
  const [found] = (await reads.query(
    `SELECT mode, detectors, horizon::text AS horizon, open::text[] AS open, state_mark AS "stateMark", window_to AS "windowTo"
     FROM integrity_scan WHERE brand_id = $1 AND window_from = $2 ORDER BY scanned_at DESC LIMIT 1`,
    [brandId, from],
  )) as (KeptScan & { windowTo: Date })[];
  return found ? { ...found, windowTo: found.windowTo.toISOString() } : null;
}

/** A full scan as others refer to it. Instants ISO. */
export interface FullScan {
  scanId: string;
  window: { from: string; to: string };
  at: string;
}

/** The latest full scan whose window contains a span (ISO instants, half open); null: there is none. */
export async function fullScanOver(reads: Reads, brandId: number, { from, to }: { from: string; to: string }): Promise<FullScan | null> {
  const [found] = (await reads.query(
    `SELECT scan_id::text AS "scanId", window_from AS "from", window_to AS "to", scanned_at AS at
     FROM integrity_scan WHERE brand_id = $1 AND mode = 'full' AND window_from <= $2 AND window_to >= $3 ORDER BY scanned_at DESC LIMIT 1`,
    [brandId, from, to],
  )) as { scanId: string; from: Date; to: Date; at: Date }[];
  if (!found) return null;
  return { scanId: found.scanId, window: { from: found.from.toISOString(), to: found.to.toISOString() }, at: found.at.toISOString() };
}

/** When the latest scan of a window that overlaps a span ran (ISO instants, half open); null: nobody has looked. */
export async function lastScanOver(reads: Reads, brandId: number, { from, to }: { from: string; to: string }): Promise<Date | null> {
  const [{ at }] = (await reads.query(
    'SELECT max(scanned_at) AS at FROM integrity_scan WHERE brand_id = $1 AND window_from < $3 AND window_to > $2',
    [brandId, from, to],
  )) as { at: Date | null }[];
  return at;
}

/** What full scans of the windows that begin at an instant, and reach at least to another (absent: any), have learnt of honest peers, by name. ISO. */
export async function listReferences(reads: Reads, brandId: number, window: { from: string; to?: string }): Promise<Map<string, unknown>> {
  const rows = (await reads.query(
    `SELECT name, content FROM integrity_reference
     WHERE brand_id = $1 AND window_from = $2 AND ($3::timestamptz IS NULL OR (content ->> 'to')::timestamptz >= $3)`,
    [brandId, window.from, window.to ?? null],
  )) as { name: string; content: { value: unknown } }[];
  return new Map(rows.map(({ name, content }) => [name, content.value]));
}

export async function keepReferences(
  tx: EntityManager,
  brandId: number,
  { from, to, made }: { from: string; to: string; made: ReadonlyMap<string, unknown> },
): Promise<void> {
  for (const [name, value] of made)
    await tx.query(
      `INSERT INTO integrity_reference (brand_id, window_from, name, content) VALUES ($1, $2, $3, $4::jsonb)
       ON CONFLICT (brand_id, window_from, name) DO UPDATE SET content = excluded.content, made_at = clock_timestamp()`,
      [brandId, from, name, JSON.stringify({ value, to })],
    );
}

/** Which signals are asked for. Instants ISO, half open: windows that overlap them. Absent: all. */
export interface SignalQuery {
  from?: string;
  to?: string;
  signalIds?: readonly string[];
  accountKeys?: readonly string[];
  dealerIds?: readonly string[];
  detector?: string;
  leastStrength?: number;
  limit?: number;
}

const ISO = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
const WINDOW = `jsonb_build_object('from', to_char(window_from AT TIME ZONE 'UTC', '${ISO}'), 'to', to_char(window_to AT TIME ZONE 'UTC', '${ISO}')) AS "window"`;

/** Signals that hold, the strongest first. */
export const listSignals = (reads: Reads, brandId: number, query: SignalQuery = {}): Promise<SignalOfAccount[]> =>
  select<SignalOfAccount>(reads, { brandId, ...query }, [
    'detector, version, family, subject, account_key::text AS "accountKey", dealer_id AS "dealerId"',
    `${WINDOW}, strength, data_tier AS "dataTier", evidence`,
  ]);

/** What decides who may see a signal. */
export type SignalPlace = Pick<SignalOfAccount, 'signalId' | 'subject' | 'accountKey' | 'window'>;

/** The same signals by their places only. */
export const listSignalPlaces = (reads: Reads, brandId: number, query: SignalQuery = {}): Promise<SignalPlace[]> =>
  select<SignalPlace>(reads, { brandId, ...query }, ['subject, account_key::text AS "accountKey"', WINDOW]);

async function select<Row>(reads: Reads, query: SignalQuery & { brandId: number }, columns: readonly string[]): Promise<Row[]> {
  const { brandId, from, to, signalIds, accountKeys, dealerIds, detector, leastStrength, limit } = query;
  return (await reads.query(
    `SELECT signal_id AS "signalId", ${columns.join(', ')}
     FROM integrity_signal
     WHERE brand_id = $1 AND gone_at IS NULL
       AND ($2::timestamptz IS NULL OR window_to > $2) AND ($3::timestamptz IS NULL OR window_from < $3)
       AND ($4::text[] IS NULL OR signal_id = ANY ($4)) AND ($5::numeric[] IS NULL OR account_key = ANY ($5)) AND ($6::text[] IS NULL OR dealer_id = ANY ($6))
       AND ($7::text IS NULL OR detector = $7) AND strength >= $8
     ORDER BY strength DESC, signal_id
     LIMIT $9`,
    [
      brandId,
      from ?? null,
      to ?? null,
      signalIds ?? null,
      accountKeys ?? null,
      dealerIds ?? null,
      detector ?? null,
      leastStrength ?? 0,
      limit ?? null,
    ],
  )) as Row[];
}
