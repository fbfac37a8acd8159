import { Concentration, MatrixPart, MatrixStructure, PLATFORMS, Platform, TIERS, Tier } from '@app/contracts';
import { ExactDecimal, exactText } from '../value/exact-decimal';
import { tierStructure } from './tier';
import { judgements } from './structure-findings';

/** An account of a matrix, at the end of the month. */
export interface MatrixMember {
  accountKey: string;
  platform: Platform;
  /** Null: no dealer's. */
  dealerId: string | null;
  tier: Tier | null;
  /** Trailing value; null is unknown and takes no part in shares. */
  valueCny: string | null;
}

/** Judges the structure of a matrix out of its accounts; their order is no part of the answer. */
export function matrixStructure(members: readonly MatrixMember[]): MatrixStructure {
  const known = members.filter(({ valueCny }) => valueCny !== null);
  const total = sum(known);
  const part = (own: readonly MatrixMember[]): MatrixPart => {
    const value = sum(own);
    return { accounts: own.length, valueCny: exactText(value), share: shareOf(value, total) };
  };
  const tiers = Object.fromEntries(TIERS.map((tier) => [tier, part(members.filter((each) => each.tier === tier))])) as Record<
    Tier,
    MatrixPart
  >;
  const platforms = PLATFORMS.map((platform) => ({ platform, ...part(members.filter((each) => each.platform === platform)) })).filter(
    ({ accounts }) => accounts > 0,
  );
  const top = [...platforms].sort((a, b) => new ExactDecimal(b.valueCny).cmp(a.valueCny))[0];
  const figures = {
    accounts: members.length,
    accountsKnown: known.length,
    trailingValueCny: known.length === 0 ? null : exactText(total),
    tiers,
    platforms,
    topPlatform: total.gt(0) ? top.platform : null,
    topPlatformShare: total.gt(0) ? top.share : null,
    byAccount: concentration(known, total, ({ accountKey }) => accountKey),
    byDealer: concentration(
      known.filter(({ dealerId }) => dealerId !== null),
      sum(known.filter(({ dealerId }) => dealerId !== null)),
      ({ dealerId }) => dealerId!,
    ),
    structureWarning: tierStructure(members).structureWarning,
  };
  return { ...figures, findings: judgements(figures) };
}

const sum = (members: readonly MatrixMember[]): ExactDecimal =>
  members.reduce((total, { valueCny }) => total.plus(valueCny ?? 0), new ExactDecimal(0));

const PLACES = 4;
const shareOf = (value: ExactDecimal, total: ExactDecimal): number | null =>
  total.lte(0) ? null : value.div(total).toDecimalPlaces(PLACES).toNumber();

function concentration(members: readonly MatrixMember[], total: ExactDecimal, subjectOf: (member: MatrixMember) => string): Concentration {
  const values = new Map<string, ExactDecimal>();
  for (const member of members) {
    const subject = subjectOf(member);
    values.set(subject, (values.get(subject) ?? new ExactDecimal(0)).plus(member.valueCny!));
  }
  // what corrections have brought below nothing holds no share
  const sorted = [...values.values()].map((value) => ExactDecimal.max(value, 0)).sort((a, b) => b.cmp(a));
  const whole = sorted.reduce((all, value) => all.plus(value), new ExactDecimal(0));
  if (total.lte(0) || whole.lte(0)) return { subjects: values.size, herfindahl: null, top1Share: null, top5Share: null };
  const first = (count: number) => sorted.slice(0, count).reduce((all, value) => all.plus(value), new ExactDecimal(0));
  const squares = sorted.reduce((all, value) => all.plus(value.mul(value)), new ExactDecimal(0));
  return {
    subjects: values.size,
    herfindahl: squares.div(whole.mul(whole)).toDecimalPlaces(PLACES).toNumber(),
    top1Share: shareOf(first(1), whole),
    top5Share: shareOf(first(5), whole),
  };
}
