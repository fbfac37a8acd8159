import { isDay, type Actor, type Platform } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { recordAct } from '../audit/act.repository';
import { OpeningValueEntity } from '../entities/opening-value.entity';
import { ensureAccounts } from './account-store';
import { checkText, decimalText } from './row-checks';
import type { OpeningValueRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';
import { upsertMany } from './upsert-many';

export interface OpeningValueItem {
  platform: Platform;
  accountId: string;
  yearTo: string;
  valueCny: string;
  sourceNote: string;
}

const identity = ({ platform, accountId, yearTo }: OpeningValueItem): string => JSON.stringify([platform, accountId, yearTo]);

export async function openingValueStore(
  tx: EntityManager,
  brandId: number,
  actor: Actor,
): Promise<KindStore<OpeningValueRow, OpeningValueItem>> {
  const stored = new Map((await storedOpeningValues(tx, brandId)).map((item) => [identity(item), item]));
  return { stored, identity, judge: judgeOpeningValue, write: (tx, items) => writeOpeningValues(tx, { brandId, actor, stored }, items) };
}

export async function storedOpeningValues(tx: EntityManager, brandId: number): Promise<OpeningValueItem[]> {
  const found = await tx.find(OpeningValueEntity, { where: { brandId }, order: { platform: 'ASC', accountId: 'ASC', yearTo: 'ASC' } });
  return found.map(({ platform, accountId, yearTo, valueCny, sourceNote }) => ({
    platform,
    accountId,
    yearTo,
    valueCny: decimalText(valueCny, 4) ?? valueCny,
    sourceNote,
  }));
}

function judgeOpeningValue(row: OpeningValueRow, current: ReadonlyMap<string, OpeningValueItem>): Judgement<OpeningValueItem> {
  if (!isDay(row.yearTo)) return refuse('yearTo', '请写成 2025-12-31 这样的日期', 'Write the last day of the year, like 2025-12-31');
  const valueCny = decimalText(row.valueCny, 4);
  if (valueCny === null || Number(valueCny) < 0)
    return refuse('valueCny', '金额应为不小于 0、最多四位小数的数字', 'The value must be 0 or more, with at most four decimals');
  const wrong = checkText('sourceNote', row.sourceNote);
  if (wrong) return wrong;
  const { platform, accountId, yearTo, sourceNote } = row;
  const item = { platform, accountId, yearTo, valueCny, sourceNote };
  for (const other of current.values()) if (overlap(item, other)) return overlapping(other);
  return { item };
}

/** Two years of one account may not share a day: the day would count twice. A year begins the day after the same day of the year before. */
function overlap(a: OpeningValueItem, b: OpeningValueItem): boolean {
  if (a.platform !== b.platform || a.accountId !== b.accountId || a.yearTo === b.yearTo) return false;
  const [earlier, later] = a.yearTo < b.yearTo ? [a.yearTo, b.yearTo] : [b.yearTo, a.yearTo];
  return earlier > `${String(Number(later.slice(0, 4)) - 1).padStart(4, '0')}${later.slice(4)}`;
}

function overlapping({ yearTo }: OpeningValueItem) {
  return refuse(
    'yearTo',
    `与截至 ${yearTo} 的期初年度重叠：同一天不能计算两次，请改为相隔至少一年的日期`,
    `Overlaps the year that ends with ${yearTo}: no day may count twice; give days that lie a year apart`,
  );
}

/** Each declaration is written down with what it replaces. */
async function writeOpeningValues(
  tx: EntityManager,
  { brandId, actor, stored }: { brandId: number; actor: Actor; stored: ReadonlyMap<string, OpeningValueItem> },
  items: OpeningValueItem[],
): Promise<void> {
  await ensureAccounts(tx, brandId, items);
  await upsertMany(
    tx,
    OpeningValueEntity,
    items.map((item) => ({ brandId, ...item })),
  );
  for (const item of items) {
    const before = stored.get(identity(item));
    await recordAct(tx, {
      brandId,
      actor,
      action: 'opening-value.declare',
      subject: `${item.platform}/${item.accountId} ${item.yearTo}`,
      before: before ?? null,
      after: item,
      reason: item.sourceNote,
    });
  }
}
