import { findImportKind, PLATFORMS, SCORE_PARTS, type ImportField, type Policy } from '@app/contracts';

/** A policy as a person edits it: fields of the import kind, all as text; a field that is not set is ''. */
export type PolicyText = Record<string, string>;

/** Fields by what they rule, in the order of the form. */
export const POLICY_GROUPS = [
  { id: 'visits', fields: ['minVisits', 'visitGapMinutes', 'minVisitDwellSeconds', 'consecutiveSessions', 'minSessionMinutes'] },
  { id: 'weights', fields: SCORE_PARTS.map((part) => `weight${capital(part)}`) },
  { id: 'tiers', fields: ['headTierCny', 'baseTierCny', 'tierDownMonths', 'tierDownMargin'] },
  { id: 'score', fields: ['minCoverage', 'minKnownWeight', 'minPeers', 'cadenceMinSessionMinutes'] },
  { id: 'money', fields: ['cpaDouyinCny', 'cpaKuaishouCny', 'cpaChannelsCny', 'requiredCostKinds'] },
  { id: 'sources', fields: ['sourceOrder', 'toleranceShare', 'toleranceCount', 'toleranceFollowers', 'toleranceLeads', 'previewHours'] },
] as const;

const FIELDS = new Map((findImportKind('policies')?.fields ?? []).map((field) => [field.name, field]));
/** What the catalogue says of a field. */
export const policyField = (name: string): ImportField | undefined => FIELDS.get(name);

export function policyText(policy: Policy): PolicyText {
  const { weights, cpaCny, ...rest } = policy;
  const text: PolicyText = {};
  for (const [name, value] of Object.entries(rest))
    if (name !== 'version') text[name] = Array.isArray(value) ? value.join(',') : String(value);
  for (const part of SCORE_PARTS) text[`weight${capital(part)}`] = String(weights[part]);
  for (const platform of PLATFORMS) text[`cpa${capital(platform)}Cny`] = cpaCny[platform] ?? '';
  return text;
}

/** Fields that differ, in the order of the form. */
export function changedFields(before: PolicyText, after: PolicyText): string[] {
  return POLICY_GROUPS.flatMap(({ fields }) => [...fields] as string[]).filter((name) => (before[name] ?? '') !== (after[name] ?? ''));
}

/** The row to propose: every field that is set, so that the new version is the former with its changes. */
export const policyRow = (text: PolicyText): Record<string, string> =>
  Object.fromEntries(Object.entries(text).filter(([name, value]) => value.trim() !== '' && (name === 'fromMonth' || FIELDS.has(name))));

/** The policy that rules a month: the last that begins in or before it. `policies` newest first. */
export const rulingPolicy = (policies: readonly Policy[], month: string): Policy | null =>
  policies.find(({ fromMonth }) => fromMonth <= month) ?? null;

/** Sum of the weights, exact to four places; null where one is no number. */
export function weightSum(text: PolicyText): number | null {
  const parts = SCORE_PARTS.map((part) => Number(text[`weight${capital(part)}`]));
  return parts.some((part) => Number.isNaN(part)) ? null : Math.round(parts.reduce((sum, part) => sum + part, 0) * 1e4) / 1e4;
}

/** What somebody else changed since the form was filled from `base`: per field what it was, what it is now, and what was typed. */
export function foreignChanges(base: PolicyText, now: PolicyText, typed: PolicyText) {
  return changedFields(base, now).map((name) => ({ name, before: base[name] ?? '', now: now[name] ?? '', typed: typed[name] ?? '' }));
}

/** The typed text upon what others made meanwhile: a field that was not touched follows them, a typed one stays. */
export function rebased(base: PolicyText, now: PolicyText, typed: PolicyText): PolicyText {
  const mine = new Set(changedFields(base, typed));
  return Object.fromEntries(
    Object.entries({ ...now, ...typed }).map(([name, value]) => [name, mine.has(name) || name === 'fromMonth' ? value : (now[name] ?? '')]),
  );
}

function capital(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}
