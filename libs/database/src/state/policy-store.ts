import { DEFAULT_POLICY, isMonth, type Policy } from '@app/contracts';
import { IsNull, type EntityManager } from 'typeorm';
import { PolicyEntity } from '../entities/policy.entity';
import { decimalText } from './row-checks';
import type { PolicyRow } from './state-rows';
import { refuse, type Judgement, type KindStore } from './upsert';

/** A policy without its version: that is given when it is written. */
export type PolicyItem = Omit<Policy, 'version'>;

const WHOLE = [
  'visitGapMinutes',
  'minVisits',
  'minVisitDwellSeconds',
  'minSessionMinutes',
  'consecutiveSessions',
  'cadenceMinSessionMinutes',
  'minPeers',
] as const;

export async function policyStore(tx: EntityManager, brandId: number): Promise<KindStore<PolicyRow, PolicyItem>> {
  const active = await activePolicies(tx, brandId);
  return {
    stored: new Map(active.map((policy) => [policy.fromMonth, policyItem(policy)])),
    identity: (item) => item.fromMonth,
    judge: judgePolicy,
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

/** A policy without version, in fixed key order and decimal form, so that equal policies compare equal. */
export function policyItem(policy: PolicyItem): PolicyItem {
  const money = (text: string) => decimalText(text, 4) ?? text;
  const { showroom, value, loyalty, engagement, cadence, growth } = policy.weights;
  const cpaCny: PolicyItem['cpaCny'] = {};
  for (const platform of ['douyin', 'kuaishou', 'channels'] as const) {
    const price = policy.cpaCny[platform];
    if (price !== undefined && price !== null) cpaCny[platform] = money(price);
  }
  return {
    fromMonth: policy.fromMonth,
    visitGapMinutes: policy.visitGapMinutes,
    minVisits: policy.minVisits,
    minVisitDwellSeconds: policy.minVisitDwellSeconds,
    minSessionMinutes: policy.minSessionMinutes,
    consecutiveSessions: policy.consecutiveSessions,
    sourceOrder: [...policy.sourceOrder],
    minCoverage: policy.minCoverage,
    minKnownWeight: policy.minKnownWeight,
    cadenceMinSessionMinutes: policy.cadenceMinSessionMinutes,
    minPeers: policy.minPeers,
    weights: { showroom, value, loyalty, engagement, cadence, growth },
    headTierCny: money(policy.headTierCny),
    baseTierCny: money(policy.baseTierCny),
    requiredCostKinds: [...policy.requiredCostKinds].sort(),
    cpaCny,
  };
}

function judgePolicy(row: PolicyRow): Judgement<PolicyItem> {
  if (!isMonth(row.fromMonth)) return refuse('fromMonth', '请写成 2026-10 这样的月份', 'Write a month like 2026-10');
  const givenFields = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));
  const policy = { ...DEFAULT_POLICY, ...givenFields } as PolicyItem;
  for (const field of WHOLE)
    if (!Number.isInteger(policy[field]) || policy[field] < 0)
      return refuse(field, `${field} 应为非负整数`, `${field} must be a whole number`);
  const total = Object.values(policy.weights).reduce((sum, weight) => sum + weight, 0);
  if (Math.abs(total - 100) > 1e-9) return refuse('weights', '各项权重之和应为 100', 'The weights must add up to 100');
  const head = decimalText(policy.headTierCny, 4);
  const base = decimalText(policy.baseTierCny, 4);
  if (head === null || base === null || Number(head) <= Number(base) || Number(base) <= 0)
    return refuse(
      'headTierCny',
      '头部门槛应高于基部门槛，金额最多四位小数',
      'The head bound must exceed the base bound; at most four decimals',
    );
  for (const price of Object.values(policy.cpaCny))
    if (price && decimalText(price, 4) === null) return refuse('cpaCny', '单价应为最多四位小数的数字', 'A price has at most four decimals');
  return { item: policyItem(policy) };
}

/** A month's policy is never edited: the former version is superseded and the next one written. */
async function writePolicies(tx: EntityManager, brandId: number, items: PolicyItem[]): Promise<void> {
  let version = (await tx.maximum(PolicyEntity, 'version', { brandId })) ?? 0;
  for (const item of [...items].sort((a, b) => (a.fromMonth < b.fromMonth ? -1 : 1))) {
    const { weights, cpaCny, fromMonth, minCoverage, minKnownWeight, ...rest } = item;
    const firstDay = `${fromMonth}-01`;
    await tx.update(PolicyEntity, { brandId, fromMonth: firstDay, supersededAt: IsNull() }, { supersededAt: new Date() });
    await tx.insert(PolicyEntity, {
      ...rest,
      brandId,
      version: ++version,
      fromMonth: firstDay,
      minCoverage: String(minCoverage),
      minKnownWeight: String(minKnownWeight),
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
