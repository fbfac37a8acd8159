import { ExactDecimal } from '@app/analytics';
import type { Bilingual, IncentiveCondition, IncentiveFigure, IncentiveRule, Platform, SettlementLine, Tier } from '@app/contracts';

/** What one dealer's month is settled by: figures of the close, exact decimals as text, null is unknown. */
export interface DealerMonth {
  figures: Record<IncentiveFigure, string | null>;
  /** Accounts that the dealer owned at the end of the month, with their effective tier. */
  accounts: readonly { platform: Platform; tier: Tier | null }[];
}

export interface Settled {
  lines: SettlementLine[];
  /** Sum of the known lines, at least 0 and at most the rules' upper bound; two places. */
  totalCny: string;
  /** Rules that could not be applied because a figure is unknown. */
  unknown: string[];
}

type Amount = Pick<SettlementLine, 'quantity' | 'rate' | 'amountCny' | 'how'>;

/** Money is rounded once a line, to the fen, half away from zero: then the lines add up to what is paid. */
const fen = (amount: ExactDecimal): string => {
  const text = amount.toFixed(2);
  return text === '-0.00' ? '0.00' : text;
};

/**
 * Applies rules to one dealer's month. Bonus and malus by share look at what the tier, VST and value rules give together, so the order of the rules
 * changes nothing. A line of an unknown figure is null, never 0, unless somebody waived it with a reason.
 */
export function settle(
  rules: readonly IncentiveRule[],
  upToCny: string | null,
  month: DealerMonth,
  waived: ReadonlyMap<string, string> = new Map(),
): Settled {
  const lineOf = (rule: IncentiveRule, amount: () => Amount) => waivedLine(openLine(rule, month, amount), waived.get(rule.ruleId));
  const base = rules.map((rule) => (isBase(rule) ? lineOf(rule, () => baseAmount(rule, month)) : null));
  const given = base.filter((line) => line !== null);
  const sum = given.some((line) => line.amountCny === null) ? null : sumOf(given);
  const lines = rules.map((rule, at) => base[at] ?? lineOf(rule, () => extraAmount(rule, sum)));
  const total = ExactDecimal.max(0, sumOf(lines));
  return {
    lines,
    totalCny: fen(upToCny === null ? total : ExactDecimal.min(total, upToCny)),
    unknown: lines.filter((line) => line.amountCny === null).map((line) => line.ruleId),
  };
}

const isBase = (rule: IncentiveRule): boolean => rule.kind === 'tier' || rule.kind === 'showroom' || rule.kind === 'value';
const sumOf = (lines: readonly SettlementLine[]): ExactDecimal =>
  lines.reduce((sum, line) => sum.plus(line.amountCny ?? 0), new ExactDecimal(0));

/** A waiver counts only where the amount is unknown. */
function waivedLine(line: SettlementLine, reason: string | undefined): SettlementLine {
  if (line.amountCny !== null || reason === undefined) return line;
  return { ...line, amountCny: '0.00', how: { zh: `${line.how.zh}；放弃：${reason}`, en: `${line.how.en}; waived: ${reason}` } };
}

function openLine(rule: IncentiveRule, month: DealerMonth, amount: () => Amount): SettlementLine {
  const { ruleId, kind, name } = rule;
  const open = { ruleId, kind, name, quantity: null, rate: null };
  const judged = (rule.when ?? []).map((condition) => ({ condition, holds: holds(condition, month.figures[condition.figure]) }));
  const broken = judged.find((one) => one.holds === false);
  if (broken) return { ...open, amountCny: '0.00', how: notMet(broken.condition, month) };
  const unclear = judged.find((one) => one.holds === null);
  if (unclear) return { ...open, amountCny: null, how: unknownFigure(unclear.condition.figure) };
  return { ruleId, kind, name, ...amount() };
}

/** Null: the figure is unknown, so the condition is neither met nor missed. */
function holds({ is, value }: IncentiveCondition, known: string | null): boolean | null {
  if (known === null) return null;
  if (value === 'true' || value === 'false') return known === value;
  const order = new ExactDecimal(known).comparedTo(value);
  return { '<': order < 0, '<=': order <= 0, '=': order === 0, '>=': order >= 0, '>': order > 0 }[is];
}

function baseAmount(rule: IncentiveRule, month: DealerMonth): Amount {
  switch (rule.kind) {
    case 'tier':
      return tierAmount(rule, month);
    case 'showroom':
      return spanAmount(month.figures.showroomVisitors, {
        from: rule.from,
        upTo: rule.upTo,
        rate: rule.rateCny,
        figure: 'showroomVisitors',
      });
    default: {
      const { fromCny, upToCny, share } = rule as Extract<IncentiveRule, { kind: 'value' }>;
      return spanAmount(month.figures.valueCny, { from: fromCny, upTo: upToCny, rate: share, figure: 'valueCny' });
    }
  }
}

function tierAmount({ tier, platform, amountCny }: Extract<IncentiveRule, { kind: 'tier' }>, { accounts }: DealerMonth): Amount {
  const asked = accounts.filter((account) => platform === undefined || account.platform === platform);
  const unknown = asked.filter((account) => account.tier === null).length;
  const count = asked.filter((account) => account.tier === tier).length;
  if (unknown > 0)
    return {
      quantity: null,
      rate: amountCny,
      amountCny: null,
      how: { zh: `${unknown} 个账号的层级未知`, en: `The tier of ${unknown} account(s) is unknown` },
    };
  const amount = fen(new ExactDecimal(amountCny).times(count));
  return { quantity: String(count), rate: amountCny, amountCny: amount, how: product(String(count), amountCny, amount) };
}

function spanAmount(
  known: string | null,
  { from, upTo, rate, figure }: { from?: string; upTo?: string; rate: string; figure: IncentiveFigure },
): Amount {
  if (known === null) return { quantity: null, rate, amountCny: null, how: unknownFigure(figure) };
  const low = new ExactDecimal(from ?? 0);
  const most = upTo === undefined ? null : new ExactDecimal(upTo);
  const reached = most === null ? new ExactDecimal(known) : ExactDecimal.min(known, most);
  const counted = ExactDecimal.max(0, reached.minus(low));
  const amount = fen(counted.times(rate));
  return { quantity: counted.toFixed(), rate, amountCny: amount, how: product(counted.toFixed(), rate, amount) };
}

function extraAmount(rule: IncentiveRule, base: ExactDecimal | null): Amount {
  const { amountCny, share, kind } = rule as Extract<IncentiveRule, { kind: 'bonus' | 'malus' }>;
  const sign = kind === 'malus' ? -1 : 1;
  if (share === undefined) {
    const amount = fen(new ExactDecimal(amountCny ?? 0).times(sign));
    return { quantity: null, rate: amountCny ?? null, amountCny: amount, how: { zh: `固定金额 ${amount}`, en: `Fixed amount ${amount}` } };
  }
  if (base === null)
    return {
      quantity: null,
      rate: share,
      amountCny: null,
      how: { zh: '所依据的规则金额未知', en: 'The amount that it is a share of is unknown' },
    };
  const amount = fen(base.times(share).times(sign));
  return { quantity: fen(base), rate: share, amountCny: amount, how: product(fen(base), share, amount) };
}

const product = (quantity: string, rate: string, amount: string): Bilingual => {
  const text = `${quantity} × ${rate} = ${amount.replace('-', '')}`;
  return { zh: text, en: text };
};

const unknownFigure = (figure: IncentiveFigure): Bilingual => ({
  zh: `指标 ${figure} 未知，不能结算`,
  en: `${figure} is unknown: it cannot be settled`,
});

function notMet({ figure, is, value }: IncentiveCondition, { figures }: DealerMonth): Bilingual {
  return {
    zh: `条件不满足：${figure} ${is} ${value}，实为 ${figures[figure]}`,
    en: `Not met: ${figure} ${is} ${value}, it is ${figures[figure]}`,
  };
}
