import { DEFAULT_POLICY, type Policy } from '@app/contracts';
import { IsNull, type EntityManager } from 'typeorm';
import { PolicyEntity } from '../entities/policy.entity';
import { closedMonths } from './closed-months';
import { judgePolicy, policyItem, type PolicyItem } from './policy-rules';
import type { PolicyRow } from './state-rows';
import type { KindStore } from './upsert';

export async function policyStore(tx: EntityManager, brandId: number): Promise<KindStore<PolicyRow, PolicyItem>> {
  const active = await activePolicies(tx, brandId);
  const closed = await closedMonths(tx, brandId);
  return {
    stored: new Map(active.map((policy) => [policy.fromMonth, policyItem(policy)])),
    identity: (item) => item.fromMonth,
    once: true,
    judge: (row, current) => judgePolicy(row, current, closed),
    write: (tx, items) => writePolicies(tx, brandId, items),
  };
}

/** The policies in force, by their first month. */
export async function activePolicies(tx: EntityManager, brandId: number): Promise<Policy[]> {
  const found = await tx.find(PolicyEntity, { where: { brandId, supersededAt: IsNull() }, order: { fromMonth: 'ASC' } });
  return found.map((entity) => ({ version: entity.version, ...itemOf(entity) }));
}

function itemOf(entity: PolicyEntity): PolicyItem {
  const cpa = { douyin: entity.cpaDouyinCny, kuaishou: entity.cpaKuaishouCny, channels: entity.cpaChannelsCny };
  return policyItem({
    ...entity,
    fromMonth: entity.fromMonth.slice(0, 7),
    minCoverage: Number(entity.minCoverage),
    minKnownWeight: Number(entity.minKnownWeight),
    // null: a version of before the columns, in an answer as of then
    tierDownMonths: entity.tierDownMonths ?? DEFAULT_POLICY.tierDownMonths,
    tierDownMargin: Number(entity.tierDownMargin ?? DEFAULT_POLICY.tierDownMargin),
    toleranceShare: Number(entity.toleranceShare ?? DEFAULT_POLICY.toleranceShare),
    toleranceCount: entity.toleranceCount ?? DEFAULT_POLICY.toleranceCount,
    toleranceFollowers: entity.toleranceFollowers ?? DEFAULT_POLICY.toleranceFollowers,
    toleranceLeads: entity.toleranceLeads ?? DEFAULT_POLICY.toleranceLeads,
    previewHours: entity.previewHours ?? DEFAULT_POLICY.previewHours,
    weights: {
      showroom: Number(entity.weightShowroom),
      value: Number(entity.weightValue),
      loyalty: Number(entity.weightLoyalty),
      engagement: Number(entity.weightEngagement),
      cadence: Number(entity.weightCadence),
      growth: Number(entity.weightGrowth),
    },
    cpaCny: Object.fromEntries(Object.entries(cpa).filter(([, price]) => price !== null)),
  });
}

/** A month's policy is never edited: the former version is superseded and the next one written. */
async function writePolicies(tx: EntityManager, brandId: number, items: PolicyItem[]): Promise<void> {
  let version = (await tx.maximum(PolicyEntity, 'version', { brandId })) ?? 0;
  for (const item of [...items].sort((a, b) => (a.fromMonth < b.fromMonth ? -1 : 1))) {
    const { weights, cpaCny, fromMonth, minCoverage, minKnownWeight, tierDownMargin, toleranceShare, ...rest } = item;
    const firstDay = `${fromMonth}-01`;
    await tx.update(PolicyEntity, { brandId, fromMonth: firstDay, supersededAt: IsNull() }, { supersededAt: new Date() });
    await tx.insert(PolicyEntity, {
      ...rest,
      brandId,
      version: ++version,
      fromMonth: firstDay,
      minCoverage: String(minCoverage),
      minKnownWeight: String(minKnownWeight),
      tierDownMargin: String(tierDownMargin),
      toleranceShare: String(toleranceShare),
      weightShowroom: String(weights.showroom),
      weightValue: String(weights.value),
      weightLoyalty: String(weights.loyalty),
      weightEngagement: String(weights.engagement),
      weightCadence: String(weights.cadence),
      weightGrowth: String(weights.growth),
      cpaDouyinCny: cpaCny.douyin ?? null,
      cpaKuaishouCny: cpaCny.kuaishou ?? null,
      cpaChannelsCny: cpaCny.channels ?? null,
    });
  }
}
