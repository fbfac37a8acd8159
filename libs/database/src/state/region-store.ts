import type { EntityManager } from 'typeorm';
import { SalesRegionEntity } from '../entities/sales-region.entity';
import { checkDays, given } from './row-checks';
import { SINCE_EVER, type RegionRow } from './state-rows';
import { refuse, type Judgement, type KindStore, type Refusal } from './upsert';

/** A node of the sales-region tree as stored. */
export interface RegionItem {
  path: string;
  validFrom: string;
  validTo: string | null;
}

export async function regionStore(tx: EntityManager, brandId: number): Promise<KindStore<RegionRow, RegionItem>> {
  return {
    stored: new Map((await storedRegions(tx, brandId)).map((region) => [region.path, region])),
    identity: (item) => item.path,
    judge: judgeRegion,
    write: (tx, items) => writeRegions(tx, brandId, items),
  };
}

export async function storedRegions(tx: EntityManager, brandId: number): Promise<RegionItem[]> {
  const found = await tx.find(SalesRegionEntity, { where: { brandId }, order: { path: 'ASC' } });
  return found.map(({ path, validFrom, validTo }) => ({ path, validFrom, validTo }));
}

function judgeRegion(row: RegionRow): Judgement<RegionItem> {
  const validFrom = given(row.validFrom) ?? SINCE_EVER;
  const validTo = given(row.validTo);
  return checkPath('path', row.path) ?? checkDays(validFrom, validTo) ?? { item: { path: row.path, validFrom, validTo } };
}

/** A path names each step once: a region cannot lie below itself. */
export function checkPath(field: string, path: string): { refusal: Refusal } | null {
  const steps = path.split('/');
  if (steps.some((step) => step === '' || step !== step.trim()))
    return refuse(
      field,
      '销售区域路径应写成“大区/小区”,各级名称不能为空',
      'Write the sales region as area/district; no step may be blank or padded',
    );
  if (new Set(steps).size < steps.length)
    return refuse(
      field,
      `销售区域 ${path} 形成了循环：同一区域不能位于自身之下`,
      `Sales region ${path} is a cycle: a region cannot lie below itself`,
    );
  return null;
}

/** Writes nodes and the ancestors that they lack, parents first. */
export async function writeRegions(tx: EntityManager, brandId: number, items: RegionItem[]): Promise<void> {
  const missing = new Set(items.flatMap(({ path }) => ancestors(path)));
  for (const { path } of items) missing.delete(path);
  await addRegions(
    tx,
    brandId,
    [...missing].map((path) => ({ path, validFrom: SINCE_EVER, validTo: null })),
  );
  const depth = (item: RegionItem) => item.path.split('/').length;
  for (const item of [...items].sort((a, b) => depth(a) - depth(b)))
    await tx.upsert(SalesRegionEntity, entityOf(brandId, item), ['brandId', 'path']);
}

/** Makes the nodes (and ancestors) that do not exist yet. */
export async function ensureRegions(tx: EntityManager, brandId: number, paths: Iterable<string>): Promise<void> {
  const all = new Set([...paths].flatMap((path) => [...ancestors(path), path]));
  await addRegions(
    tx,
    brandId,
    [...all].map((path) => ({ path, validFrom: SINCE_EVER, validTo: null })),
  );
}

/** One statement: the foreign key to the parent is checked at its end, so the order does not matter. */
async function addRegions(tx: EntityManager, brandId: number, items: RegionItem[]): Promise<void> {
  if (items.length === 0) return;
  await tx
    .createQueryBuilder()
    .insert()
    .into(SalesRegionEntity)
    .values(items.map((item) => entityOf(brandId, item)))
    .orIgnore()
    .execute();
}

function entityOf(brandId: number, { path, validFrom, validTo }: RegionItem) {
  const steps = path.split('/');
  const name = steps[steps.length - 1];
  return { brandId, path, parentPath: steps.length > 1 ? steps.slice(0, -1).join('/') : null, name, validFrom, validTo };
}

function ancestors(path: string): string[] {
  const steps = path.split('/');
  return steps.slice(1).map((_, i) => steps.slice(0, i + 1).join('/'));
}
