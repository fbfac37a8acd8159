import fc from 'fast-check';
import {
  INCENTIVE_COMPARISONS,
  INCENTIVE_FIGURES,
  IncentiveCondition,
  IncentiveFigure,
  IncentiveRule,
  PLATFORMS,
  Platform,
  TIERS,
  Tier,
} from '@app/contracts';
import { Ratio, compare, ratio, sum } from './score-oracle';

/**
 * What rules pay a dealer, written straight from docs/adr/0030 as the independent check of the product: big rationals, amounts in fen. Shares no code with
 * the product.
 */
export interface SettledWorld {
  rules: IncentiveRule[];
  upToCny: string | null;
  figures: Record<IncentiveFigure, string | null>;
  accounts: { platform: Platform; tier: Tier | null }[];
  /** Ids of rules that were waived. */
  waived: string[];
}

const exact = (text: string): Ratio => {
  const [whole, places = ''] = text.split('.');
  return ratio(BigInt(whole + places), 10n ** BigInt(places.length));
};
const product = (a: Ratio, b: Ratio): Ratio => ({ n: a.n * b.n, d: a.d * b.d });
const minus = (a: Ratio, b: Ratio): Ratio => sum([a, { n: -b.n, d: b.d }]);
/** Half a fen away from zero. */
function toFen({ n, d }: Ratio): bigint {
  const size = ((n < 0n ? -n : n) * 200n + d) / (2n * d);
  return n < 0n ? -size : size;
}
const ofFen = (fen: bigint): Ratio => ratio(fen, 100n);

/** Met, missed, or (null) not to be told. */
function isMet({ is, value }: IncentiveCondition, known: string | null): boolean | null {
  if (known === null) return null;
  if (value === 'true' || value === 'false') return known === value;
  const order = compare(exact(known), exact(value));
  return is === '='
    ? order === 0
    : is.startsWith('<')
      ? order < 0 || (is === '<=' && order === 0)
      : order > 0 || (is === '>=' && order === 0);
}

function between(known: string | null, rate: string, from = '0', upTo?: string): bigint | null {
  if (known === null) return null;
  const most = upTo !== undefined && compare(exact(known), exact(upTo)) > 0 ? exact(upTo) : exact(known);
  const counted = minus(most, exact(from));
  return counted.n <= 0n ? 0n : toFen(product(counted, exact(rate)));
}

function amountOf(rule: IncentiveRule, { figures, accounts }: SettledWorld, base: () => bigint | null): bigint | null {
  const conditions = (rule.when ?? []).map((condition) => isMet(condition, figures[condition.figure]));
  if (conditions.includes(false)) return 0n;
  if (conditions.includes(null)) return null;
  if (rule.kind === 'showroom') return between(figures.showroomVisitors, rule.rateCny, rule.from, rule.upTo);
  if (rule.kind === 'value') return between(figures.valueCny, rule.share, rule.fromCny, rule.upToCny);
  if (rule.kind === 'tier') {
    const asked = accounts.filter(({ platform }) => rule.platform === undefined || platform === rule.platform);
    if (asked.some(({ tier }) => tier === null)) return null;
    return toFen(product(exact(rule.amountCny), ratio(asked.filter(({ tier }) => tier === rule.tier).length)));
  }
  const given = rule.share === undefined ? toFen(exact(rule.amountCny!)) : base();
  if (given === null) return null;
  const amount = rule.share === undefined ? given : toFen(product(ofFen(given), exact(rule.share)));
  return rule.kind === 'malus' ? -amount : amount;
}

/** Each rule's amount in fen (null: unknown), and what they come to. */
export function settlementOracle(world: SettledWorld): { lines: (bigint | null)[]; total: bigint } {
  const isBase = ({ kind }: IncentiveRule) => kind !== 'bonus' && kind !== 'malus';
  const amount = (rule: IncentiveRule): bigint | null => amountOf(rule, world, base) ?? (world.waived.includes(rule.ruleId) ? 0n : null);
  const base = (): bigint | null => {
    const given = world.rules.filter(isBase).map(amount);
    return given.includes(null) ? null : given.reduce<bigint>((all, one) => all + one!, 0n);
  };
  const lines = world.rules.map(amount);
  const all = lines.reduce<bigint>((known, one) => known + (one ?? 0n), 0n);
  const most = world.upToCny === null ? null : toFen(exact(world.upToCny));
  const atLeast0 = all < 0n ? 0n : all;
  return { lines, total: most !== null && atLeast0 > most ? most : atLeast0 };
}

const decimal = (most: number, places: number): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(most), fc.nat(10 ** places - 1)).map(([whole, part]) => `${whole}.${String(part).padStart(places, '0')}`);
const share = fc.oneof(
  fc.constantFrom('1', '0.5', '0.0001', '0.005'),
  fc.nat(9998).map((part) => `0.${String(part + 1).padStart(4, '0')}`),
);
const condition = fc
  .record({
    figure: fc.constantFrom(...INCENTIVE_FIGURES),
    is: fc.constantFrom(...INCENTIVE_COMPARISONS),
    value: fc.constantFrom('0', '1', '3', '0.5', '100'),
    flag: fc.boolean(),
  })
  .map(({ figure, is, value, flag }): IncentiveCondition =>
    figure === 'passLine' ? { figure, is: '=', value: String(flag) } : { figure, is, value },
  );
const name = { zh: '规则', en: 'rule' };
const when = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc.array(condition, { maxLength: 2 }).map((own) => ({ when: own })),
);
const span = (most: number, names: [string, string]): fc.Arbitrary<object> =>
  fc.record({ low: fc.option(fc.nat(most), { nil: null }), more: fc.option(fc.nat(most), { nil: null }) }).map(({ low, more }) => ({
    ...(low === null ? {} : { [names[0]]: String(low) }),
    ...(more === null ? {} : { [names[1]]: String((low ?? 0) + more + 1) }),
  }));
const rule = (at: number): fc.Arbitrary<IncentiveRule> =>
  fc
    .tuple(
      when,
      fc.oneof(
        fc.record({
          kind: fc.constant('tier'),
          tier: fc.constantFrom(...TIERS),
          platform: fc.constantFrom(undefined, ...PLATFORMS),
          amountCny: decimal(9999, 2),
        }),
        fc.tuple(decimal(99, 4), span(300, ['from', 'upTo'])).map(([rateCny, own]) => ({ kind: 'showroom', rateCny, ...own })),
        fc.tuple(share, span(2_000_000, ['fromCny', 'upToCny'])).map(([own, reach]) => ({ kind: 'value', share: own, ...reach })),
        fc.record({ kind: fc.constantFrom('bonus', 'malus'), amountCny: decimal(9999, 2) }),
        fc.record({ kind: fc.constantFrom('bonus', 'malus'), share }),
      ),
    )
    .map(([conditions, own]) => ({ ruleId: `r${at}`, name, ...own, ...conditions }) as IncentiveRule);

const orUnknown = (text: fc.Arbitrary<string>): fc.Arbitrary<string | null> => fc.option(text, { nil: null, freq: 5 });
/** Dealers with unknown figures now and then, up to six rules of every kind, and waivers. */
export const settledWorlds: fc.Arbitrary<SettledWorld> = fc.record({
  rules: fc.integer({ min: 1, max: 6 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => rule(at)))),
  upToCny: fc.option(decimal(20_000, 2), { nil: null }),
  figures: fc.record({
    rank: orUnknown(fc.constantFrom('1', '3', '7')),
    score: orUnknown(decimal(100, 4)),
    showroomVisitors: orUnknown(fc.nat(500).map(String)),
    loyalShare: orUnknown(fc.constantFrom('0.1', '0.5', '1')),
    valueCny: orUnknown(decimal(3_000_000, 10)),
    trailingValueCny: orUnknown(decimal(9_000_000, 10)),
    roiValue: orUnknown(decimal(5, 4)),
    coverage: orUnknown(fc.constantFrom('0', '0.5', '1')),
    passLine: orUnknown(fc.constantFrom('true', 'false')),
    penalties: fc.constantFrom('0', '1', '2'),
  }),
  accounts: fc.array(
    fc.record({ platform: fc.constantFrom(...PLATFORMS), tier: fc.option(fc.constantFrom(...TIERS), { nil: null, freq: 8 }) }),
    { maxLength: 5 },
  ),
  waived: fc.subarray(['r0', 'r1', 'r2']),
});
