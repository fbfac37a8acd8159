/** A field of an identity from the first source in the policy's order that knows it: argMax skips null, and a source outside the order ranks last. */
export const TRUST = `indexOf({sourcesLastFirst: Array(String)}, source)`;

export const merged = (field: string): string => `argMax(${field}, ${TRUST}) AS merged_${field}`;

/** Which facts a statement reads: of all accounts, or of those in the parameter `accounts`. */
export type FactScope = 'brand' | 'accounts';

export const scoped = (scope: FactScope): string =>
  `brand_id = {brandId: UInt32}${scope === 'accounts' ? ' AND account_key IN {accounts: Array(UInt64)}' : ''}`;

export const IN_WINDOW = `day >= {fromDay: Date} AND day < {toDay: Date}`;
