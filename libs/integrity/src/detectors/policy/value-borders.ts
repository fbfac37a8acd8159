import type { Bilingual, IncentiveRules, Policy } from '@app/contracts';

/** A value from which on something is paid, of an account's year (tiers) or of a dealer's month (incentive rules). */
export interface ValueBorder {
  of: 'accountYear' | 'dealerMonth';
  cny: number;
  name: Bilingual;
  /** First month `YYYY-MM` in which it stands, where one before had another; null: it was always so, as far as is known. */
  since: string | null;
}

const cny = (amount: number): string => amount.toLocaleString('en-US');

/** The borders that stand in a month: of tiers by the policy, of values by the newest incentive rules that reach it. Each once. Pure. */
export function valueBorders(policies: readonly Policy[], incentives: readonly IncentiveRules[], month: string): ValueBorder[] {
  const tiers = inForce(policies, month).map(({ fromMonth, headTierCny, baseTierCny }) => ({
    fromMonth,
    borders: [Number(headTierCny), Number(baseTierCny)],
  }));
  const rules = inForce(incentives, month).map(({ fromMonth, rules: own }) => ({ fromMonth, borders: own.flatMap(bordersOfRule) }));
  return [
    ...standing(tiers).map(({ border, since }): ValueBorder => ({
      ...{ of: 'accountYear', cny: border, since },
      name: { zh: `年度价值 ${cny(border)} 元的层级门槛`, en: `the tier border of ${cny(border)} CNY a year` },
    })),
    ...standing(rules).map(({ border, since }): ValueBorder => ({
      ...{ of: 'dealerMonth', cny: border, since },
      name: { zh: `月度价值 ${cny(border)} 元的激励门槛`, en: `the incentive threshold of ${cny(border)} CNY a month` },
    })),
  ];
}

/** Versions up to a month, oldest first; of one first month the highest. */
function inForce<One extends { fromMonth: string; version: number }>(versions: readonly One[], month: string): One[] {
  const newest = new Map<string, One>();
  for (const one of versions)
    if (one.fromMonth <= month && one.version >= (newest.get(one.fromMonth)?.version ?? 0)) newest.set(one.fromMonth, one);
  return [...newest.values()].sort((a, b) => (a.fromMonth < b.fromMonth ? -1 : 1));
}

function bordersOfRule(rule: IncentiveRules['rules'][number]): number[] {
  const asked = (rule.when ?? []).filter(({ figure, is }) => figure === 'valueCny' && (is === '>=' || is === '>'));
  const own = rule.kind === 'value' && rule.fromCny !== undefined ? [rule.fromCny] : [];
  return [...asked.map(({ value }) => value), ...own].map(Number);
}

function standing(versions: readonly { fromMonth: string; borders: readonly number[] }[]): { border: number; since: string | null }[] {
  const last = versions.at(-1);
  return [...new Set(last?.borders ?? [])]
    .filter((border) => border > 0)
    .map((border) => {
      const without = versions.findLastIndex(({ borders }) => !borders.includes(border));
      return { border, since: without < 0 ? null : versions[without + 1].fromMonth };
    });
}
