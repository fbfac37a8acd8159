import { VitrineError, type Brand } from '@app/contracts';
import { StateReader, verifyAnchoredActs, type AnchoredActs, type ChainHead } from '@app/database';
import type { Stores } from '../../../process/stores';
import { print } from '../output';

/** The audit log of one brand, against itself, its anchors and what the person who asks has written down. */
export interface AuditVerdict extends AnchoredActs {
  brand: string;
}

const FAULTS_TOLD = 20;

export async function verifyActsOf(stores: Stores, { brandId, code }: Brand, known: readonly ChainHead[]): Promise<AuditVerdict> {
  const { dataSource, instance, settings } = stores;
  const anchored = { dataSource, secret: instance.secret, dataDir: settings.dataDir };
  return { brand: code, ...(await verifyAnchoredActs(anchored, brandId, known)) };
}

/** How much is wrong with it. */
export const actFaults = ({ faults, anchorFaults }: AuditVerdict): number => faults.length + anchorFaults.length;

export function tellActs({ brand, acts, head, faults, anchor, anchors, anchorFaults }: AuditVerdict): void {
  const wrong = faults.length + anchorFaults.length;
  const end = head ? `, head ${head.seq}:${head.hash}` : '';
  print(`${wrong === 0 ? 'ok  ' : 'DIFF'}  ${brand}  ${'audit log'.padEnd(17)} ${acts} acts, ${faults.length} faults${end}`);
  for (const { seq, kind } of faults.slice(0, FAULTS_TOLD)) print(`      act ${seq}: ${TOLD[kind]}`);
  const newest = anchor ? `, the newest of ${anchor.at} at ${anchor.seq}, key ${anchor.key}` : '';
  print(`${anchorFaults.length === 0 ? 'ok  ' : 'DIFF'}  ${brand}  ${'audit anchors'.padEnd(17)} ${anchors} anchors${newest}`);
  for (const { file, kind } of anchorFaults.slice(0, FAULTS_TOLD))
    print(`      ${file}: ${kind === 'signature' ? 'not as it was signed' : 'the one before it is gone or another'}`);
}

const TOLD = {
  edited: 'edited',
  broken: 'acts before it are gone or moved',
  end: 'the end is not the one kept apart',
  anchor: 'an anchor names this act: it is gone, or another stands in its place',
};

/** `--head seq:hash`: an end that somebody has written down. It is about one brand. */
export async function knownHead(stores: Stores, text: string | undefined, brand: string | undefined): Promise<ChainHead[]> {
  if (text === undefined) return [];
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  const brands = await new StateReader(stores.dataSource, stores.instance.secret).listBrands();
  if (seq && hash && (brand !== undefined || brands.length === 1)) return [{ seq: Number(seq), hash }];
  throw new VitrineError(
    'bad_input',
    { zh: '--head 应为 序号:哈希，并指明品牌', en: '--head must read number:hash, and belongs to one brand' },
    { remedy: { zh: '使用 verify 或 audit anchor 打印的值，并加 --brand', en: 'Give what verify or audit anchor printed, with --brand' } },
  );
}
