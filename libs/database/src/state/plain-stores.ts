import { isDay, type CostKind, type Platform } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { CalendarDayEntity } from '../entities/calendar-day.entity';
import { CostEntity } from '../entities/cost.entity';
import { SentinelEntity } from '../entities/sentinel.entity';
import { dealerIds, ensureAccounts } from './account-store';
import { checkDays, checkText, decimalText, given, unknownDealer } from './row-checks';
import { SINCE_EVER, type CalendarRow, type CostRow, type SentinelRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';
import { upsertMany } from './upsert-many';

export interface SentinelItem {
  viewer: string;
  validFrom: string;
  validTo: string | null;
}

export async function sentinelStore(tx: EntityManager, brandId: number): Promise<KindStore<SentinelRow, SentinelItem>> {
  const stored = await storedSentinels(tx, brandId);
  return {
    stored: new Map(stored.map((item) => [item.viewer, item])),
    identity: (item) => item.viewer,
    judge: (row) => {
      const validFrom = given(row.validFrom) ?? SINCE_EVER;
      const validTo = given(row.validTo);
      return checkDays(validFrom, validTo) ?? { item: { viewer: row.viewer.trim(), validFrom, validTo } };
    },
    write: (tx, items) =>
      upsertMany(
        tx,
        SentinelEntity,
        items.map((item) => ({ brandId, ...item })),
      ),
  };
}

export async function storedSentinels(tx: EntityManager, brandId: number): Promise<SentinelItem[]> {
  const found = await tx.find(SentinelEntity, { where: { brandId }, order: { viewer: 'ASC' } });
  return found.map(({ viewer, validFrom, validTo }) => ({ viewer, validFrom, validTo }));
}

export async function calendarStore(tx: EntityManager, brandId: number): Promise<KindStore<CalendarRow, CalendarRow>> {
  const stored = await storedCalendar(tx, brandId);
  return {
    stored: new Map(stored.map((item) => [item.day, item])),
    identity: (item) => item.day,
    judge: ({ day, working }) => (isDay(day) ? { item: { day, working } } : badDay()),
    write: (tx, items) =>
      upsertMany(
        tx,
        CalendarDayEntity,
        items.map((item) => ({ brandId, ...item })),
      ),
  };
}

export async function storedCalendar(tx: EntityManager, brandId: number): Promise<CalendarRow[]> {
  const found = await tx.find(CalendarDayEntity, { where: { brandId }, order: { day: 'ASC' } });
  return found.map(({ day, working }) => ({ day, working }));
}

export interface CostItem {
  costId: string;
  platform: Platform | null;
  accountId: string | null;
  dealerId: string | null;
  day: string;
  kind: CostKind;
  amountCny: string;
}

export async function costStore(tx: EntityManager, brandId: number): Promise<KindStore<CostRow, CostItem>> {
  const dealers = await dealerIds(tx, brandId);
  const stored = await storedCosts(tx, brandId);
  return {
    stored: new Map(stored.map((item) => [item.costId, item])),
    identity: (item) => item.costId,
    judge: (row) => judgeCost(row, dealers),
    write: async (tx, items) => {
      await ensureAccounts(tx, brandId, items.flatMap(scopeAccount));
      await upsertMany(
        tx,
        CostEntity,
        items.map((item) => ({ brandId, ...item })),
      );
    },
  };
}

export async function storedCosts(tx: EntityManager, brandId: number): Promise<CostItem[]> {
  // Costs are the one kind that grows into the ten thousands: raw rows are read several times faster than entities.
  return tx.query(
    `SELECT cost_id AS "costId", platform, account_id AS "accountId", dealer_id AS "dealerId", day::text AS day, kind,
       trim_scale(amount_cny)::text AS "amountCny"
     FROM cost
     WHERE brand_id = $1
     ORDER BY cost_id`,
    [brandId],
  );
}

function judgeCost(row: CostRow, dealers: ReadonlySet<string>): Judgement<CostItem> {
  const platform = row.platform ?? null;
  const accountId = given(row.accountId);
  const dealerId = given(row.dealerId);
  const wrong = checkText('costId', row.costId);
  if (wrong) return wrong;
  if (!isDay(row.day)) return badDay();
  if ((platform === null) !== (accountId === null) || (accountId === null) === (dealerId === null))
    return refuse('accountId', '请填写 platform + accountId，或只填写 dealerId', 'Give either platform and accountId, or dealerId alone');
  if (dealerId !== null && !dealers.has(dealerId)) return unknownDealer(dealerId);
  const amountCny = decimalText(row.amountCny, 4);
  if (amountCny === null || Number(amountCny) < 0)
    return refuse('amountCny', '金额应为不小于 0、最多四位小数的数字', 'The amount must be 0 or more, with at most four decimals');
  return { item: { costId: row.costId, platform, accountId, dealerId, day: row.day, kind: row.kind, amountCny } };
}

/** The account that a scope names, if it names one. */
export function scopeAccount({ platform, accountId }: { platform: Platform | null; accountId: string | null }) {
  return platform !== null && accountId !== null ? [{ platform, accountId }] : [];
}

function badDay() {
  return refuse('day', '日期无效，请写成 2026-10-01', 'No calendar day: write it like 2026-10-01');
}
