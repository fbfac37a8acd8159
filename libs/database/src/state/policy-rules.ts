import { COST_KINDS, DEFAULT_POLICY, SOURCES, addMonths, isMonth, type Policy } from '@app/contracts';
import Decimal from 'decimal.js';
import { closedUnder } from './closed-months';
import { decimalText } from './row-checks';
import type { PolicyRow } from './state-rows';
import { refuse, type Judgement } from './upsert';

/** A policy without its version: that is given when it is written. */
export type PolicyItem = Omit<Policy, 'version'>;

/** Whole numbers with their bounds, both included. */
const WHOLE = {
  visitGapMinutes: [1, 1440],
  minVisits: [1, 1000],
  minVisitDwellSeconds: [0, 86_400],
  minSessionMinutes: [0, 1440],
  consecutiveSessions: [1, 100],
  cadenceMinSessionMinutes: [0, 1440],
  minPeers: [1, 10_000],
  tierDownMonths: [1, 60],
  toleranceCount: [0, 1_000_000],
  toleranceFollowers: [0, 1_000_000],
  toleranceLeads: [0, 10_000],
  previewHours: [1, 720],
} as const satisfies Partial<Record<keyof PolicyItem, readonly [number, number]>>;
/** Decimals of at most four places with their bounds, both included. */
const DECIMAL = {
  minCoverage: [0, 1],
  minKnownWeight: [0, 100],
  tierDownMargin: [0, 0.9999],
  toleranceShare: [0, 1],
} as const satisfies Partial<Record<keyof PolicyItem, readonly [number, number]>>;
const PLACES = 4;
/** A public price of one arrival above this is a slip, as with prices of units. */
const MAX_CPA_CNY = 10_000;
const MAX_TIER_CNY = 1_000_000_000_000;

/** A policy without version, in fixed key order and decimal form, so that equal policies compare equal. */
export function policyItem(policy: PolicyItem): PolicyItem {
  const money = (text: string) => decimalText(text, PLACES) ?? text;
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
    tierDownMonths: policy.tierDownMonths,
    tierDownMargin: policy.tierDownMargin,
    toleranceShare: policy.toleranceShare,
    toleranceCount: policy.toleranceCount,
    toleranceFollowers: policy.toleranceFollowers,
    toleranceLeads: policy.toleranceLeads,
    previewHours: policy.previewHours,
    requiredCostKinds: [...policy.requiredCostKinds].sort(),
    cpaCny,
  };
}

type Refused = ReturnType<typeof refuse> | null;

/**
 * A row as a policy, or why not. `current` holds the policies in force by their first month, `closed` the closed months: what is in force may be given
 * again, a change that would rule one of these is refused.
 */
export function judgePolicy(
  row: PolicyRow,
  current: ReadonlyMap<string, PolicyItem> = new Map(),
  closed: readonly string[] = [],
): Judgement<PolicyItem> {
  if (!isMonth(row.fromMonth)) return refuse('fromMonth', '请写成 2026-10 这样的月份', 'Write a month like 2026-10');
  const givenFields = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));
  const policy = { ...DEFAULT_POLICY, ...givenFields } as PolicyItem;
  const wrong = checkBounds(policy) ?? checkWeights(policy) ?? checkTiers(policy) ?? checkLists(policy) ?? checkArrivals(policy);
  if (wrong) return wrong;
  const item = policyItem(policy);
  if (JSON.stringify(current.get(item.fromMonth)) === JSON.stringify(item)) return { item };
  return checkClosed(item.fromMonth, current, closed) ?? { item };
}

function checkBounds(policy: PolicyItem): Refused {
  for (const [field, [from, to]] of Object.entries(WHOLE) as [keyof typeof WHOLE, readonly [number, number]][]) {
    const value = policy[field];
    if (Number.isInteger(value) && value >= from && value <= to) continue;
    return refuse(
      field,
      `${field} 为 ${value}，应为 ${from} 到 ${to} 的整数，请更正`,
      `${field} is ${value}: give a whole number from ${from} to ${to}`,
    );
  }
  for (const [field, [from, to]] of Object.entries(DECIMAL) as [keyof typeof DECIMAL, readonly [number, number]][]) {
    const value = policy[field];
    if (decimalText(String(value), PLACES) !== null && value >= from && value <= to) continue;
    return refuse(
      field,
      `${field} 为 ${value}，应在 ${from} 到 ${to} 之间，最多四位小数，请更正`,
      `${field} is ${value}: give a number from ${from} to ${to} with at most four decimals`,
    );
  }
  return null;
}

/** The weights add up to exactly 100: compared as decimals, for 33.3 + 33.3 + 33.4 is not 100 in floats. */
function checkWeights({ weights }: PolicyItem): Refused {
  let total = new Decimal(0);
  for (const [part, weight] of Object.entries(weights)) {
    if (decimalText(String(weight), PLACES) === null || weight < 0)
      return refuse(
        'weights',
        `权重 ${part} 为 ${weight}，应为不小于 0、最多四位小数的数字`,
        `The weight ${part} is ${weight}: give a number of 0 or more with at most four decimals`,
      );
    total = total.plus(weight);
  }
  if (total.eq(100)) return null;
  const off = total.minus(100);
  const [zh, en] = off.isPos()
    ? [`请减少 ${off.toFixed()}`, `take off ${off.toFixed()}`]
    : [`请增加 ${off.neg().toFixed()}`, `add ${off.neg().toFixed()}`];
  return refuse(
    'weights',
    `各项权重之和为 ${total.toFixed()}，应为 100：${zh}`,
    `The weights add up to ${total.toFixed()}, not 100: ${en}`,
  );
}

function checkTiers({ headTierCny, baseTierCny }: PolicyItem): Refused {
  for (const [field, text] of Object.entries({ headTierCny, baseTierCny })) {
    const bound = decimalText(text, PLACES);
    if (bound !== null && new Decimal(bound).gt(0) && new Decimal(bound).lte(MAX_TIER_CNY)) continue;
    return refuse(
      field,
      `${field} 为 ${text}，应为大于 0、最多四位小数的金额，请更正`,
      `${field} is ${text}: give an amount above 0 with at most four decimals`,
    );
  }
  if (new Decimal(headTierCny).gt(baseTierCny)) return null;
  return refuse(
    'headTierCny',
    `头部门槛 ${headTierCny} 应高于基部门槛 ${baseTierCny}：请提高 headTierCny 或降低 baseTierCny`,
    `The head bound ${headTierCny} must exceed the base bound ${baseTierCny}: raise headTierCny or lower baseTierCny`,
  );
}

function checkLists({ sourceOrder, requiredCostKinds }: PolicyItem): Refused {
  for (const [field, list, allowed] of [
    ['sourceOrder', sourceOrder, SOURCES],
    ['requiredCostKinds', requiredCostKinds, COST_KINDS],
  ] as [string, readonly string[], readonly string[]][]) {
    const wrong = list.find((one, at) => !allowed.includes(one) || list.indexOf(one) !== at);
    if (wrong !== undefined)
      return refuse(
        field,
        `${field} 中的 ${wrong} 未知或重复，可用：${allowed.join('、')}`,
        `${wrong} in ${field} is unknown or named twice: use ${allowed.join(', ')}`,
      );
  }
  return sourceOrder.length > 0 ? null : refuse('sourceOrder', '至少列出一个来源', 'Name at least one source');
}

function checkArrivals({ cpaCny }: PolicyItem): Refused {
  for (const [platform, price] of Object.entries(cpaCny)) {
    if (price === null || price === undefined) continue;
    const text = decimalText(price, PLACES);
    if (text !== null && Number(text) >= 0 && Number(text) <= MAX_CPA_CNY) continue;
    return refuse(
      'cpaCny',
      `${platform} 的单客到店公开价为 ${price}，应为 0 到 ${MAX_CPA_CNY} 元、最多四位小数，请更正`,
      `The public price of one arrival on ${platform} is ${price}: give 0 to ${MAX_CPA_CNY} CNY with at most four decimals`,
    );
  }
  return null;
}

function checkClosed(fromMonth: string, current: ReadonlyMap<string, PolicyItem>, closed: readonly string[]): Refused {
  const ruled = closedUnder(fromMonth, current.keys(), closed);
  if (ruled.length === 0) return null;
  const open = addMonths(closed.at(-1)!, 1);
  return refuse(
    'fromMonth',
    `自 ${fromMonth} 生效会改变已关账月份 ${ruled.join('、')} 的规则：请把 fromMonth 改为 ${open} 或更晚`,
    `From ${fromMonth} on it would rule the closed months ${ruled.join(', ')}: give fromMonth ${open} or later`,
  );
}
