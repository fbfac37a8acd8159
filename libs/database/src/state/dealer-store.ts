import type { EntityManager } from 'typeorm';
import { UNASSIGNED } from '@app/contracts';
import { isAdcode } from '../adcode/adcode';
import { DealerPlacementEntity } from '../entities/dealer-placement.entity';
import { DealerEntity } from '../entities/dealer.entity';
import { checkPath, ensureRegions, storedRegions } from './region-store';
import { checkDays, checkText, given } from './row-checks';
import { SINCE_EVER, type DealerRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';
import { upsertMany } from './upsert-many';

export const ACTIVE = 'active';

/** A placement as stored. */
export interface DealerItem {
  dealerId: string;
  validFrom: string;
  name: string;
  adcode: string;
  salesRegion: string | null;
  group: string | null;
  status: string;
}

export async function dealerStore(tx: EntityManager, brandId: number): Promise<KindStore<DealerRow, DealerItem>> {
  const stored = await storedDealers(tx, brandId);
  const closed = new Map((await storedRegions(tx, brandId)).map(({ path, validTo }) => [path, validTo]));
  const identity = ({ dealerId, validFrom }: DealerItem) => JSON.stringify([dealerId, validFrom]);
  return {
    stored: new Map(stored.map((item) => [identity(item), item])),
    identity,
    judge: (row) => judgeDealer(row, closed),
    write: (tx, items) => writeDealers(tx, brandId, items),
  };
}

export async function storedDealers(tx: EntityManager, brandId: number): Promise<DealerItem[]> {
  const found = await tx.find(DealerPlacementEntity, { where: { brandId }, order: { dealerId: 'ASC', validFrom: 'ASC' } });
  return found.map(({ dealerId, validFrom, name, adcode, salesRegion, group, status }) => ({
    dealerId,
    validFrom,
    name,
    adcode,
    salesRegion,
    group,
    status,
  }));
}

function judgeDealer(row: DealerRow, closed: ReadonlyMap<string, string | null>): Judgement<DealerItem> {
  const validFrom = given(row.validFrom) ?? SINCE_EVER;
  const salesRegion = given(row.salesRegion);
  const wrong = checkText('dealerId', row.dealerId, 128) ?? checkText('name', row.name) ?? checkDays(validFrom, null);
  if (wrong) return wrong;
  if (row.dealerId === UNASSIGNED) return refuse('dealerId', '该编号为系统保留，请换一个', 'This id is reserved: choose another');
  if (!isAdcode(row.adcode))
    return refuse(
      'adcode',
      `行政区划代码 ${row.adcode} 不在 GB/T 2260 中，请填写六位代码，例如 440106`,
      `${row.adcode} is no code of GB/T 2260: give six digits, such as 440106`,
    );
  if (salesRegion !== null) {
    const badPath = checkPath('salesRegion', salesRegion);
    if (badPath) return badPath;
    const until = closed.get(salesRegion) ?? null;
    if (until !== null && until < validFrom)
      return refuse(
        'salesRegion',
        `销售区域 ${salesRegion} 已于 ${until} 撤销，请更正区域或 validFrom`,
        `Sales region ${salesRegion} ended on ${until}: correct the region or validFrom`,
      );
  }
  const { dealerId, name, adcode } = row;
  return { item: { dealerId, validFrom, name, adcode, salesRegion, group: given(row.group), status: given(row.status) ?? ACTIVE } };
}

async function writeDealers(tx: EntityManager, brandId: number, items: DealerItem[]): Promise<void> {
  await ensureRegions(
    tx,
    brandId,
    items.flatMap(({ salesRegion }) => salesRegion ?? []),
  );
  const dealerIds = [...new Set(items.map(({ dealerId }) => dealerId))];
  await upsertMany(
    tx,
    DealerEntity,
    dealerIds.map((dealerId) => ({ brandId, dealerId })),
    'keep',
  );
  await upsertMany(
    tx,
    DealerPlacementEntity,
    items.map((item) => ({ brandId, ...item })),
  );
}
