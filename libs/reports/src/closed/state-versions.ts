import { BrandState, CloseVersions, addDays, addMonths, dayStart } from '@app/contracts';
import { canonicalJson, sha256Hex } from '@app/database';
import { monthSpan } from '../report-period';
import { without } from './without';

/**
 * Raffles decide who was there for the raffle only over this many days to both sides (domain.md 3.6), with a margin; visits and sessions that began in a
 * month do not go on for longer after it.
 */
const REACH_DAYS = 62;

/** Tolerances say which differences between sources are shown, preview hours who may look when: no figure of a month is made of them. */
const NO_FIGURES = ['toleranceShare', 'toleranceCount', 'toleranceFollowers', 'toleranceLeads', 'previewHours'] as const;

/**
 * The SHA-256 of each part of a brand's state, as far as it reaches into a month: two equal ones mean that nothing but facts can have changed the
 * month's figures. Names of people and shops are no figures and not in it, nor are numbers that a store gives out. Parts of the
 * state that are not known here are taken whole. Accounts are told by platform and id.
 */
export function stateVersions(state: BrandState, month: string): CloseVersions {
  const {
    brand,
    accounts,
    policies,
    rateCards,
    costs,
    ownerships,
    placements,
    declarations,
    sentinelKeys,
    exclusions,
    grantedFrom,
    connections,
    ...others
  } = state;
  const { to, fromDay, toDay } = monthSpan(month, brand.zone);
  const lastDay = addDays(toDay, -1);
  const reachedDay = addDays(toDay, REACH_DAYS);
  const declaredTo = dayStart(reachedDay, brand.zone);
  const parts: Record<string, unknown> = {
    ...others,
    policy: policies.filter(({ fromMonth }) => fromMonth <= month).map((policy) => without(policy, 'version', ...NO_FIGURES)),
    rateCards: rateCards
      .filter(({ validFrom }) => validFrom <= lastDay)
      .map((card) => ({
        ...without(card, 'version', 'sourceNote'),
        validTo: card.validTo !== null && card.validTo < lastDay ? card.validTo : null,
      })),
    costs: costs.filter(({ day }) => fromDay <= day && day <= lastDay),
    ownerships: until(to, ownerships),
    placements: until(to, placements).map((placement) => without(placement, 'name')),
    declarations: declarations.filter((one) => one.from < declaredTo).map((one) => without(one, 'detail')),
    sentinels: sentinelKeys,
    exclusions: (exclusions ?? []).filter(({ kind, fromDay: first }) => first < (kind === 'units' ? toDay : reachedDay)),
    coverage: connections?.filter(({ since }) => since <= lastDay) ?? Object.entries(grantedFrom).filter(([, day]) => day <= lastDay),
  };
  const names = new Map(accounts.map(({ accountKey, platform, accountId }) => [accountKey, `${platform}/${accountId}`]));
  return Object.fromEntries(
    Object.entries(parts)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sha256Hex(canonicalJson(inOrder(named(part, names))))]),
  );
}

/** Spans that had begun by an instant, as they were known then: without an end that came later. */
const until = <Row extends { from: number; to: number | null }>(end: number, rows: readonly Row[]): Row[] =>
  rows.filter((row) => row.from < end).map((row) => ({ ...row, to: row.to === null || row.to >= end ? null : row.to }));

/** Names of the rate cards that took part in a month: its own, and those of the year that tiers look at. */
export const cardNames = (state: BrandState, month: string): string[] =>
  state.rateCards
    .filter(({ validFrom, validTo }) => validFrom <= `${month}-31` && (validTo === null || validTo >= `${addMonths(month, -11)}-01`))
    .map(({ platform, line, validFrom, version }) => `${platform}/${line}/${validFrom}#${version}`)
    .sort();

/** Lists of a state are sets: they come in no promised order. Lists inside of rows (an order of sources) keep theirs. */
const inOrder = (part: unknown): unknown => (Array.isArray(part) ? part.map(canonicalJson).sort() : part);

/** Numbers that a store gives out: what they stand for is told by the fields beside them. */
const GIVEN_OUT = new Set(['exclusionId']);

/** The same with every account key replaced by platform and id (the key depends on the store's number of the brand), without what a store gives out. */
function named(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => named(item, names));
  const kept = Object.entries(value).filter(([key]) => !GIVEN_OUT.has(key));
  return Object.fromEntries(kept.map(([key, item]) => [names.get(key) ?? key, named(item, names)]));
}
