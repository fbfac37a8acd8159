import { VitrineError, type Actor, type Exclusion, type Platform } from '@app/contracts';
import { accountKey, type Warehouse } from '@app/warehouse';
import { In, IsNull, type DataSource, type EntityManager } from 'typeorm';
import { recordAct } from '../audit/act.repository';
import { AccountEntity } from '../entities/account.entity';
import { BrandEntity } from '../entities/brand.entity';
import { ExclusionEntity } from '../entities/exclusion.entity';
import { ensureAccounts } from '../state/account-store';
import { holdInTransaction } from '../locks/locks';
import { ExclusionLists, type CaseRemoval, type WrittenList } from './exclusion-list';

/** Who decides, and why: both are written down. */
export interface ExclusionDecision {
  brandId: number;
  caseId: string;
  actor: Actor;
  reason: string;
  /** More that belongs to the decision, in the same transaction: all of it or nothing. */
  within?: (tx: EntityManager) => Promise<void>;
}

/** An exclusion with its history; instants ISO 8601, null: it holds. */
export interface ExclusionRow extends Exclusion {
  platform: Platform;
  accountId: string;
  inForceFrom: string;
  inForceUntil: string | null;
  recordedBy: string;
  reason: string;
  liftedBy: string | null;
  liftReason: string | null;
}

/** An exclusion that was recorded, and how many of its rows name nothing that is known (yet). */
export type RecordedExclusion = Exclusion & Pick<WrittenList, 'unmatched'>;

/** Keys of the accounts that a case may name: declared ones, and those that only facts know. */
export async function knownAccounts(
  { warehouse, dataSource }: { warehouse: Warehouse; dataSource: DataSource },
  brandId: number,
): Promise<Set<string>> {
  const declared = await dataSource.getRepository(AccountEntity).find({ where: { brandId }, select: { accountKey: true } });
  const heard = await warehouse.query<{ accountKey: string }>({
    name: 'exclusion.accounts',
    sql: 'SELECT DISTINCT toString(account_key) AS accountKey FROM account_keys WHERE brand_id = {brandId: UInt32}',
    params: { brandId },
  });
  return new Set([...declared, ...heard].map((row) => row.accountKey));
}

/**
 * Records what confirmed cases remove (domain.md 7.3), all of them or none: it counts from then on, until it is lifted. The lists go to the fact store
 * first; the decision makes them count, in one transaction with its act in the audit log. Rows that name nothing known are recorded, for it may still
 * arrive, and counted. `replaces`: what holds of the cases is lifted in the same moment. Throws `conflict` when something of a case holds already, `bad_input` when nothing is removed, for an unknown account, or without a
 * reason.
 */
export async function recordExclusions(
  stores: { warehouse: Warehouse; dataSource: DataSource },
  decision: Omit<ExclusionDecision, 'caseId'> & { replaces?: boolean },
  removals: Iterable<CaseRemoval> | AsyncIterable<CaseRemoval>,
): Promise<RecordedExclusion[]> {
  const { brandId, replaces = false } = decision;
  const { dataSource } = stores;
  checkReason(decision);
  const { zone } = await dataSource.getRepository(BrandEntity).findOneByOrFail({ brandId });
  const lists = new ExclusionLists(stores, { brandId, zone });
  const known = await knownAccounts(stores, brandId);
  const cases = new Map<string, WrittenList[]>();
  for await (const removal of removals) {
    if (!cases.has(removal.caseId) && !replaces) await refuseHeld(dataSource.manager, { brandId, caseId: removal.caseId });
    cases.set(removal.caseId, []);
    const { platform, accountId } = removal.removed;
    if (!known.has(accountKey(brandId, platform, accountId).toString())) throw unknownAccount(removal.caseId, `${platform}/${accountId}`);
    await lists.add(removal);
  }
  if (cases.size === 0) throw nothingRemoved();
  const written = await lists.written();
  for (const list of written) cases.get(list.caseId)!.push(list);
  await dataSource.transaction(async (tx) => {
    await holdInTransaction(tx, { lock: 'state', of: brandId });
    for (const caseId of cases.keys())
      if (replaces) await liftHeld(tx, { ...decision, caseId });
      else await refuseHeld(tx, { brandId, caseId });
    await ensureAccounts(tx, brandId, written);
    const [{ now }] = (await tx.query(`SELECT date_trunc('milliseconds', clock_timestamp()) AS now`)) as { now: Date }[];
    for (const own of cases.values())
      await tx.insert(
        ExclusionEntity,
        own.map((list) => rowOf(list, decision, now)),
      );
    await decision.within?.(tx);
    for (const [caseId, own] of cases)
      await recordAct(tx, { ...actOf({ ...decision, caseId }), action: 'exclusion.record', before: null, after: own.map(toldOf) });
  });
  return written.map(({ exclusionId, caseId, kind, accountKey: account, rows, unmatched, fromDay, toDay }) => ({
    ...{ exclusionId, caseId, kind, accountKey: account, rows, unmatched, fromDay, toDay },
  }));
}

/** Ends what a case removes: figures are what they were. Throws `not_found` when nothing of it holds, `bad_input` without a reason. */
export async function liftExclusion(dataSource: DataSource, decision: ExclusionDecision): Promise<Exclusion[]> {
  const { brandId, caseId } = decision;
  checkReason(decision);
  return dataSource.transaction(async (tx) => {
    await holdInTransaction(tx, { lock: 'state', of: brandId });
    const held = await liftHeld(tx, decision);
    if (held.length === 0) throw notHeld(caseId);
    await decision.within?.(tx);
    const ids = held.map(({ exclusionId }) => exclusionId);
    await recordAct(tx, { ...actOf(decision), action: 'exclusion.lift', before: ids, after: null });
    return held;
  });
}

async function liftHeld(tx: EntityManager, { brandId, caseId, actor, reason }: ExclusionDecision): Promise<Exclusion[]> {
  const held = await heldOf(tx, brandId, caseId);
  if (held.length === 0) return [];
  await tx
    .createQueryBuilder()
    .update(ExclusionEntity)
    .set({
      inForceUntil: () => `greatest(in_force_from, date_trunc('milliseconds', clock_timestamp()))`,
      liftedBy: nameOf(actor),
      liftReason: reason,
    })
    .where({ exclusionId: In(held.map(({ exclusionId }) => exclusionId)) })
    .execute();
  return held.map((row) => exclusionOf(row));
}

/** Everything that was ever recorded of a brand, the newest first; `held`: what holds now. */
export async function listExclusions(dataSource: DataSource, brandId: number, { held }: { held: boolean }): Promise<ExclusionRow[]> {
  const rows = await dataSource.getRepository(ExclusionEntity).find({
    where: { brandId, ...(held ? { inForceUntil: IsNull() } : {}) },
    order: { inForceFrom: 'DESC', exclusionId: 'DESC' },
  });
  return rows.map((row) => ({
    ...exclusionOf(row),
    platform: row.platform,
    accountId: row.accountId,
    inForceFrom: row.inForceFrom.toISOString(),
    inForceUntil: row.inForceUntil?.toISOString() ?? null,
    recordedBy: row.recordedBy,
    reason: row.reason,
    liftedBy: row.liftedBy,
    liftReason: row.liftReason,
  }));
}

/** Those that hold, for the state. */
export async function storedExclusions(tx: EntityManager, brandId: number): Promise<Exclusion[]> {
  const rows = await tx.find(ExclusionEntity, { where: { brandId, inForceUntil: IsNull() }, order: { exclusionId: 'ASC' } });
  return rows.map((row) => exclusionOf(row));
}

const heldOf = (tx: EntityManager, brandId: number, caseId: string): Promise<ExclusionEntity[]> =>
  tx.find(ExclusionEntity, { where: { brandId, caseId, inForceUntil: IsNull() }, order: { exclusionId: 'ASC' } });

async function refuseHeld(tx: EntityManager, { brandId, caseId }: Pick<ExclusionDecision, 'brandId' | 'caseId'>): Promise<void> {
  if ((await heldOf(tx, brandId, caseId)).length > 0) throw alreadyHeld(caseId);
}

const exclusionOf = ({ brandId, platform, accountId, ...row }: ExclusionEntity): Exclusion => ({
  exclusionId: row.exclusionId,
  caseId: row.caseId,
  kind: row.kind,
  accountKey: accountKey(brandId, platform, accountId).toString(),
  rows: Number(row.listed),
  fromDay: row.fromDay,
  toDay: row.toDay,
});

const rowOf = (list: WrittenList, { brandId, actor, reason }: Omit<ExclusionDecision, 'caseId'>, now: Date): Partial<ExclusionEntity> => ({
  brandId,
  reason,
  caseId: list.caseId,
  exclusionId: list.exclusionId,
  kind: list.kind,
  platform: list.platform,
  accountId: list.accountId,
  listed: String(list.rows),
  contentHash: list.contentHash,
  fromDay: list.fromDay,
  toDay: list.toDay,
  inForceFrom: now,
  recordedBy: nameOf(actor),
});

const actOf = ({ brandId, actor, caseId, reason }: ExclusionDecision) => ({ brandId, actor, subject: `case ${caseId}`, reason });
const nameOf = ({ kind, id }: Actor): string => `${kind}:${id}`;
const toldOf = ({ platform, accountId, exclusionId, kind, rows, unmatched, fromDay, toDay, contentHash }: WrittenList) => ({
  ...{ platform, accountId, exclusionId, kind, rows, unmatched, fromDay, toDay, contentHash },
});

const alreadyHeld = (caseId: string) =>
  new VitrineError(
    'conflict',
    { zh: `案件 ${caseId} 的剔除已生效`, en: `What case ${caseId} removes holds already` },
    { remedy: { zh: '如需更改，请先撤销（lift）再重新登记', en: 'Lift it first, then record it anew' } },
  );
const unknownAccount = (caseId: string, account: string) =>
  new VitrineError(
    'bad_input',
    {
      zh: `案件 ${caseId} 中的账号 ${account} 不存在，未登记任何内容`,
      en: `Case ${caseId} names the account ${account}, which is unknown; nothing was recorded`,
    },
    {
      remedy: { zh: '请核对平台与账号编号，或先导入账号', en: 'Check platform and account id, or import the account first' },
      details: [{ field: 'accountId', message: 'unknown account' }],
    },
  );
const MOST_REASON = 2000;

function checkReason({ reason }: Pick<ExclusionDecision, 'reason'>): void {
  if (reason.trim() !== '' && reason.length <= MOST_REASON) return;
  throw new VitrineError(
    'bad_input',
    { zh: `理由为空或超过 ${MOST_REASON} 字`, en: `The reason is blank or has more than ${MOST_REASON} characters` },
    { remedy: { zh: '请写明理由：它与决定一并存档', en: 'Say why: it is kept with the decision' } },
  );
}

const nothingRemoved = () =>
  new VitrineError(
    'bad_input',
    { zh: '没有列出要剔除的内容', en: 'Nothing to remove is listed' },
    { remedy: { zh: '请列出进房记录，或场次/视频、计价项、日期与数量', en: 'List entries, or session or video, line, day and units' } },
  );
const notHeld = (caseId: string) =>
  new VitrineError(
    'not_found',
    { zh: `案件 ${caseId} 没有生效的剔除`, en: `Nothing that case ${caseId} removes holds` },
    { remedy: { zh: '用 vitrine exclusions list 查看', en: 'See vitrine exclusions list' } },
  );
