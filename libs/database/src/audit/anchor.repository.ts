import { VitrineError, type Brand } from '@app/contracts';
import type { DataSource } from 'typeorm';
import { isoInstant } from '../iso-instant';
import { headOf, verifyActs, type CheckedActs } from './act.repository';
import type { ChainHead } from './act-chain';
import { contentOf, type SignedAnchor } from './anchor';
import { readAnchors, writeAnchor, type AnchorFault } from './anchor-folder';

export interface AnchorStores {
  dataSource: DataSource;
  secret: string;
  /** The folder in which anchors are kept. */
  dataDir: string;
}

/** A log with its anchors. */
export interface AnchoredActs extends CheckedActs {
  /** The newest anchor that is as it was signed; null: none was ever taken. */
  anchor: SignedAnchor | null;
  anchors: number;
  anchorFaults: AnchorFault[];
}

/**
 * Keeps the present end of a brand's log outside the store. Where nothing was recorded since the newest anchor, that one stands; null where nothing was
 * ever recorded. Throws `conflict` when the log does not hold the newest anchor: it was cut or written anew, and no anchor may cover that up.
 */
export async function anchorActs({ dataSource, secret, dataDir }: AnchorStores, brand: Brand): Promise<SignedAnchor | null> {
  const { brandId, code } = brand;
  const newest = readAnchors(dataDir, secret, brandId).anchors.at(-1) ?? null;
  if (newest && !(await holds(dataSource, brandId, newest))) throw covered(code, newest.seq);
  const head = await headOf(dataSource, brandId);
  if (head === null || head.seq === newest?.seq) return newest;
  const [{ at }] = (await dataSource.query(`SELECT ${isoInstant('clock_timestamp()')} AS at`)) as { at: string }[];
  writeAnchor(dataDir, secret, { brandId, brand: code, ...head, at, previous: newest && contentOf(newest) });
  return readAnchors(dataDir, secret, brandId).anchors.at(-1) ?? null;
}

/** The log of a brand against itself, against its anchors, and against `known`: ends that a person has written down. */
export async function verifyAnchoredActs(
  { dataSource, secret, dataDir }: AnchorStores,
  brandId: number,
  known: readonly ChainHead[] = [],
): Promise<AnchoredActs> {
  // before the log: what is anchored meanwhile would be missing in it
  const { anchors, faults } = readAnchors(dataDir, secret, brandId);
  const checked = await verifyActs(dataSource, brandId, [...anchors, ...known]);
  return { ...checked, anchor: anchors.at(-1) ?? null, anchors: anchors.length, anchorFaults: faults };
}

async function holds(dataSource: DataSource, brandId: number, { seq, hash }: ChainHead): Promise<boolean> {
  const found = (await dataSource.query('SELECT FROM audit_log WHERE brand_id = $1 AND seq = $2 AND hash = $3', [
    brandId,
    seq,
    hash,
  ])) as unknown[];
  return found.length === 1;
}

const covered = (brand: string, seq: number): VitrineError =>
  new VitrineError(
    'conflict',
    { zh: `品牌 ${brand} 的审计记录与第 ${seq} 条的锚点不符`, en: `The audit log of ${brand} does not hold its anchor of act ${seq}` },
    {
      remedy: {
        zh: '记录被截断或重写：请运行 vitrine verify，并从备份恢复',
        en: 'It was cut or written anew: run `vitrine verify`, and restore from a backup',
      },
    },
  );
