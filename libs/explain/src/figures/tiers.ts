import { foldValue, readValueUnits, sumCny, tierStructure, unitExclusions } from '@app/analytics';
import { Bilingual, ExplainRow, addMonths } from '@app/contracts';
import { AccountTier, readTiers } from '@app/reports';
import { Asked, Explainer, FORMULA_AGAIN, SUM_OF_ROWS, accountName, check, grouped, input, linkTo, textOf } from '../asked';
import { pageOf } from '../rows';

const OF_MONTHS: Bilingual = { zh: '近 12 个月，各月价值', en: 'the twelve months, each with its value' };
const OF_ACCOUNTS: Bilingual = {
  zh: '期末归属该主体的账号，各计近 12 个月价值',
  en: 'accounts that stand here at the end, each with its trailing value',
};

interface MonthValue {
  month: string;
  valueCny: string | null;
}

/** The twelve months of an account; value goes with the account (domain.md 5.1). */
async function monthsOf(asked: Asked, accountKey: string): Promise<MonthValue[]> {
  const { context, ask } = asked;
  const months = Array.from({ length: 12 }, (_, at) => addMonths(context.period.lastMonth, at - 11));
  const window = {
    brandId: ask.brand.brandId,
    zone: context.zone,
    fromDay: `${months[0]}-01`,
    toDay: `${addMonths(context.period.lastMonth, 1)}-01`,
    sourceOrder: context.policy.sourceOrder,
    exclusions: unitExclusions(context.state, context.basis),
    accountKeys: [accountKey],
  };
  const units = await readValueUnits(
    context.warehouse,
    window,
    context.state.rateCards,
    months.map((month) => `${month}-01`),
  );
  return months.map((month, at) => ({ month, valueCny: foldValue(units.filter(({ bucket }) => bucket === at + 1)).valueCny }));
}

const totalOf = (values: readonly (string | null)[]): string | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sumCny(known);
};

const monthRow = (asked: Asked, { month, valueCny }: MonthValue): ExplainRow => ({
  kind: 'month',
  id: month,
  amount: valueCny,
  fields: { valueCny },
  explain: linkTo(asked, 'valueCny', { report: 'value', month, from: undefined, to: undefined, period: undefined }),
});

interface Member {
  accountKey: string;
  tier: AccountTier;
}

/** Accounts of a group that stand in it at the end of the period, with their tiers. */
async function membersOf(asked: Asked): Promise<Member[]> {
  const { context, group } = asked;
  const tiers = await readTiers(context);
  return [...(context.groups.get(group) ?? [])]
    .filter((accountKey) => context.groupOf(accountKey, context.period.to - 1) === group)
    .map((accountKey) => ({ accountKey, tier: tiers.get(accountKey)! }));
}

const pageOfMembers = (asked: Asked, members: readonly Member[], amount: (member: Member) => string | null) =>
  pageOf(members, asked.rows, {
    of: OF_ACCOUNTS,
    place: ({ accountKey }) => accountKey.padStart(20, '0'),
    rows: (page) =>
      page.map((member) => ({
        kind: 'account' as const,
        id: accountName(asked, member.accountKey),
        amount: amount(member),
        fields: {
          trailingValueCny: member.tier.trailingValueCny,
          earnedTier: member.tier.earnedTier,
          projected: member.tier.projected,
          daysObserved: member.tier.daysObserved,
        },
        explain: linkTo(asked, 'trailingValueCny', { level: 'account', subject: accountName(asked, member.accountKey) }),
      })),
  });

const pageOfMonths = (asked: Asked, months: readonly MonthValue[]) =>
  pageOf(months, asked.rows, { of: OF_MONTHS, place: ({ month }) => month, rows: (page) => page.map((month) => monthRow(asked, month)) });

const trailingValueCny: Explainer = async (asked) => {
  if (asked.context.level === 'account') {
    const months = await monthsOf(asked, asked.group);
    return {
      filled: `${
        months
          .filter(({ valueCny }) => valueCny !== null)
          .map(({ valueCny }) => grouped(valueCny))
          .join(' + ') || '—'
      } = ${grouped(asked.value)}`,
      rows: await pageOfMonths(asked, months),
      checks: [check(SUM_OF_ROWS, asked.value, totalOf(months.map(({ valueCny }) => valueCny)))],
    };
  }
  const members = await membersOf(asked);
  return {
    filled: `Σ of ${grouped(members.length)} accounts = ${grouped(asked.value)}`,
    rows: await pageOfMembers(asked, members, ({ tier }) => tier.trailingValueCny),
    checks: [check(SUM_OF_ROWS, asked.value, totalOf(members.map(({ tier }) => tier.trailingValueCny)))],
  };
};

/** What decides a tier: the year's value against both bounds, below them the owner. */
const tierOfAccount: Explainer = async (asked) => {
  const { policy } = asked.context;
  const {
    trailingValueCny: trailing,
    daysObserved,
    projected,
    yearValueCny,
  } = asked.row as Record<string, string | number | boolean | null | undefined>;
  const inputs = [
    input(asked, { zh: '近 12 个月价值', en: 'trailing value' }, trailing ?? null, 'trailingValueCny'),
    input(asked, { zh: '观测天数', en: 'days observed' }, daysObserved ?? null, 'daysObserved'),
    input(asked, { zh: '是否推算', en: 'projected' }, projected ?? null, 'projected'),
    ...(yearValueCny === undefined
      ? []
      : [input(asked, { zh: '与门槛比较的年价值', en: "year's value that is compared" }, yearValueCny, 'yearValueCny')]),
    input(asked, { zh: '头部门槛', en: 'bound of head' }, policy.headTierCny),
    input(asked, { zh: '基部门槛', en: 'bound of base' }, policy.baseTierCny),
    input(asked, { zh: '归属', en: 'owner kind' }, asked.subject.ownerKind ?? null),
  ];
  const year = projected ? `${grouped(trailing)} × 365 ÷ ${textOf(daysObserved)}` : grouped(yearValueCny ?? trailing);
  if (asked.context.level !== 'account') {
    const members = await membersOf(asked);
    const { tierCounts } = tierStructure(members.map(({ tier }) => ({ tier: tier.earnedTier, valueCny: tier.trailingValueCny })));
    return {
      filled: `${textOf(asked.value)} ← ${JSON.stringify(tierCounts)}`,
      rows: await pageOfMembers(asked, members, ({ tier }) => (tier.earnedTier === null ? null : '1')),
      checks: checksOfGroup(asked, members),
    };
  }
  const months = await monthsOf(asked, asked.group);
  return {
    filled: `${year} ⟷ ${grouped(policy.headTierCny)} / ${grouped(policy.baseTierCny)} → ${textOf(asked.value)}`,
    inputs,
    rows: await pageOfMonths(asked, months),
    checks: [
      check(
        { zh: '各月之和 = 近 12 个月价值', en: 'Σ of the months = trailing value' },
        trailing,
        totalOf(months.map(({ valueCny }) => valueCny)),
      ),
    ],
  };
};

/** What a group's row says of its accounts, over the rows again. */
function checksOfGroup(asked: Asked, members: readonly Member[]) {
  const found = tierStructure(members.map(({ tier }) => ({ tier: tier.earnedTier, valueCny: tier.trailingValueCny })));
  const again: Record<string, unknown> = {
    ...found,
    projected: members.some(({ tier }) => tier.projected),
    declared: members.some(({ tier }) => tier.declared),
    daysObserved: Math.max(0, ...members.map(({ tier }) => tier.daysObserved)),
  };
  const { figure } = asked.query;
  return figure in again ? [check(FORMULA_AGAIN, asked.value, again[figure])] : [];
}

const declaredTier: Explainer = async (asked) => {
  const spans = asked.context.state.ownerships.filter(({ accountKey }) => accountKey === asked.group);
  return {
    filled: textOf(asked.value),
    rows: await pageOf(spans, asked.rows, {
      of: { zh: '账号申报及其起止', en: 'what was declared of the account, with dates' },
      place: ({ from }) => String(from + 9e15).padStart(20, '0'),
      rows: (page) =>
        page.map((span) => ({
          kind: 'account' as const,
          id: accountName(asked, span.accountKey),
          amount: span.declaredTier,
          fields: { dealer: span.dealerId, ownerKind: span.ownerKind, declaredTier: span.declaredTier, fromMs: span.from, toMs: span.to },
        })),
    }),
  };
};

/** Figures of the tiers report (domain.md 5). */
export const TIER_FIGURES: Record<string, Explainer> = {
  trailingValueCny,
  earnedTier: tierOfAccount,
  effectiveTier: tierOfAccount,
  declaredTier,
  projected: tierOfAccount,
  daysObserved: tierOfAccount,
  yearValueCny: tierOfAccount,
  declared: tierOfAccount,
  agreement: tierOfAccount,
  agreements: tierOfAccount,
  tierCounts: tierOfAccount,
  structureWarning: tierOfAccount,
  structure: tierOfAccount,
};
