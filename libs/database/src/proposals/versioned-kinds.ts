import { rateCardName, type ProposalKind, type ProposedRow, type Policy, type RateCard } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { clash, rateCardIdentity, rateCardItem, type RateCardItem } from '../state/rate-card-rules';
import { activeRateCards, rateCardStore } from '../state/rate-card-store';
import { policyItem, type PolicyItem } from '../state/policy-rules';
import { activePolicies, policyStore } from '../state/policy-store';
import type { PolicyRow, RateCardRow } from '../state/state-rows';
import { upsertRows, type UpsertResult } from '../state/upsert';

/** A stored row in force, under the name of its version. */
export interface NamedVersion {
  /** `douyin/live_view/2026-01-01#2`, of policies `#3`. */
  name: string;
  /** What it says of: without the version. */
  subject: string;
  item: ProposedRow;
}

/** A row as stored: canonical, so that equal rows compare equal. Rows that went through JSON come with any order of keys. */
export const canonicalItem = (kind: ProposalKind, item: ProposedRow): ProposedRow =>
  kind === 'rate-cards' ? rateCardItem(item as RateCardItem) : policyItem(item as PolicyItem);

export function subjectOf(kind: ProposalKind, item: ProposedRow): string {
  if (kind === 'policies') return (item as PolicyItem).fromMonth;
  const { platform, line, validFrom } = item as RateCardItem;
  return `${platform}/${line}/${validFrom}`;
}

/** The versions in force, by name. */
export async function activeVersions(tx: EntityManager, kind: ProposalKind, brandId: number): Promise<NamedVersion[]> {
  const named = (name: string, version: RateCard | Policy): NamedVersion => {
    const item = canonicalItem(kind, version);
    return { name, subject: subjectOf(kind, item), item };
  };
  if (kind === 'policies') return (await activePolicies(tx, brandId)).map((policy) => named(`#${policy.version}`, policy));
  return (await activeRateCards(tx, brandId)).map((card) => named(rateCardName(card), card));
}

/** Checks rows and writes them as new versions, as an import does. */
export async function writeVersions(
  tx: EntityManager,
  { kind, brandId }: { kind: ProposalKind; brandId: number },
  rows: readonly (RateCardRow | PolicyRow)[],
): Promise<UpsertResult> {
  if (kind === 'policies') return upsertRows(tx, rows as readonly PolicyRow[], await policyStore(tx, brandId));
  return upsertRows(tx, rows as readonly RateCardRow[], await rateCardStore(tx, brandId));
}

/**
 * What a row stands upon: the versions whose change by somebody else would make it mean something else. Of a price the card that it replaces and those
 * that price a day of it; of a policy the one that rules its first month.
 */
export function baseOf(kind: ProposalKind, row: ProposedRow, active: readonly NamedVersion[]): NamedVersion[] {
  if (kind === 'policies') {
    const ruling = active.filter(({ item }) => (item as PolicyItem).fromMonth <= (row as PolicyItem).fromMonth);
    return ruling.sort((a, b) => (a.subject < b.subject ? 1 : -1)).slice(0, 1);
  }
  const card = row as RateCardItem;
  return active.filter(({ item }) => {
    const other = item as RateCardItem;
    return rateCardIdentity(other) === rateCardIdentity(card) || clash(card, other);
  });
}

/** Versions that a change ended and began. */
export function differing(
  before: readonly NamedVersion[],
  after: readonly NamedVersion[],
): { ended: NamedVersion[]; begun: NamedVersion[] } {
  const [was, is] = [new Set(before.map(({ name }) => name)), new Set(after.map(({ name }) => name))];
  return { ended: before.filter(({ name }) => !is.has(name)), begun: after.filter(({ name }) => !was.has(name)) };
}

/** Versions as JSON by name, for the audit log. */
export const namedItems = (versions: readonly NamedVersion[]): Record<string, ProposedRow> =>
  Object.fromEntries(versions.map(({ name, item }) => [name, item]));
