import type { Bilingual, RateCard } from '@app/contracts';
import { IsNull, type EntityManager } from 'typeorm';
import { RateCardEntity } from '../entities/rate-card.entity';
import { closedMonths, closedWithin } from './closed-months';
import { changedDays, judgeRateCard, rateCardIdentity, rateCardItem, type RateCardItem } from './rate-card-rules';
import type { RateCardRow } from './state-rows';
import type { KindStore } from './upsert';

export async function rateCardStore(tx: EntityManager, brandId: number): Promise<KindStore<RateCardRow, RateCardItem>> {
  const active = await activeRateCards(tx, brandId);
  const closed = await closedMonths(tx, brandId);
  const stored = new Map(active.map((card) => [rateCardIdentity(card), rateCardItem(card)]));
  return {
    stored,
    identity: rateCardIdentity,
    once: true,
    judge: judgeRateCard,
    write: (tx, items) => writeRateCards(tx, brandId, items),
    notes: (items) => pendingNote(items.flatMap((item) => touched(stored.get(rateCardIdentity(item)), item, closed))),
  };
}

/** The cards in force, by platform, line and first day. */
export async function activeRateCards(tx: EntityManager, brandId: number): Promise<RateCard[]> {
  const found = await tx.find(RateCardEntity, {
    where: { brandId, supersededAt: IsNull() },
    order: { platform: 'ASC', line: 'ASC', validFrom: 'ASC' },
  });
  return found.map((entity) => ({ ...rateCardItem(entity), version: entity.version }));
}

/** The closed months in which a change of a card changes prices. */
export function touched(before: RateCardItem | undefined, after: RateCardItem, closed: readonly string[]): string[] {
  const days = changedDays(before, after);
  return days === null ? [] : closedWithin(days, closed);
}

/** A close is frozen: what a new price changes in it stands as pending until somebody restates it. */
export function pendingNote(months: readonly string[]): Bilingual[] {
  const named = [...new Set(months)].sort();
  if (named.length === 0) return [];
  const list = named.join(', ');
  return [
    {
      zh: `这些价格涉及已关账月份 ${list}：关账数字不变，差异列为待重述，须另行重述才生效`,
      en: `These prices reach into the closed months ${list}: their closed figures stay, the difference shows as pending until it is restated`,
    },
  ];
}

/** A price is never edited: the former version is superseded and the next one written. */
async function writeRateCards(tx: EntityManager, brandId: number, items: RateCardItem[]): Promise<void> {
  const supersededAt = new Date();
  for (const { platform, line, validFrom } of items)
    await tx.update(RateCardEntity, { brandId, platform, line, validFrom, supersededAt: IsNull() }, { supersededAt });
  for (const item of items) {
    const { platform, line, validFrom } = item;
    const latest = (await tx.maximum(RateCardEntity, 'version', { brandId, platform, line, validFrom })) ?? 0;
    await tx.insert(RateCardEntity, { brandId, ...item, version: latest + 1 });
  }
}
