import type { Period } from '@app/contracts';

/** 31 × 24 h: entries so long before a change carry the next key (domain.md 8). */
const OVERLAP_MS = '2678400000';
const FOREVER = 9_000_000_000_000_000;

/** Changes of the brand's viewer key inside what is loaded. */
export interface KeyLinks {
  changes: number;
  /** A change lies after the instant whose key names the viewers. */
  renames: boolean;
  /** Followed over all loaded accounts; else in each account by its own entries, as kept rows are. */
  acrossAccounts: boolean;
}

/** What `linkedEntries` needs of the changes (epoch ms, ascending): inside `load`, with viewers named by the key in force at `named`. Null: nothing is to be linked. */
export function keyLinks(
  changes: readonly number[] | undefined,
  load: Period,
  { named, acrossAccounts }: { named: number; acrossAccounts: boolean },
): { links: KeyLinks; params: Record<string, unknown> } | null {
  const inside = (changes ?? []).filter((change) => change > load.from && change < load.to);
  if (inside.length === 0) return null;
  const namedFrom = changes!.findLast((change) => change <= named) ?? 0;
  const namedTo = changes!.find((change) => change > named) ?? FOREVER;
  return {
    links: { changes: inside.length, renames: inside.some((change) => change > named), acrossAccounts },
    params: { keyChanges: inside, namedFrom, namedTo },
  };
}

const CARRIED = ['account_key', 'raw_key', 'next_key', 'entered_ms', 'dwell', 'given_session', 'live_source'];

/** One change: who carries the key after it in any entry of the 31 days before is called by it from here on. */
const step = (change: number, persons: string, carried: readonly string[]): string => `linked_${change} AS (
  SELECT
    ${carried.join(',\n    ')},
    max(if(entered_ms >= {keyChanges: Array(Int64)}[${change}] - ${OVERLAP_MS} AND entered_ms < {keyChanges: Array(Int64)}[${change}], next_key, 0))
      OVER (PARTITION BY ${persons}person_${change - 1}) AS following_${change},
    if(following_${change} != 0, following_${change}, person_${change - 1}) AS person_${change}
  FROM ${change === 1 ? 'unlinked' : `linked_${change - 1}`}
)`;

/**
 * Joins a viewer's entries over changes of the key: `unlinked` (entries with `viewer_key` and `next_key`) → `merged`, where one viewer has one key: the one
 * in force at the naming instant, as far as the entries know it. Within that key's time every entry keeps its own, so that no two accounts name one
 * viewer differently there. `more`: further columns that they carry.
 */
export function linkedEntries({ changes, renames, acrossAccounts }: KeyLinks, more: readonly string[] = []): string {
  const persons = acrossAccounts ? '' : 'account_key, ';
  const last = `person_${changes}`;
  const steps = Array.from({ length: changes }, (_, at) => step(at + 1, persons, [...CARRIED, ...more]));
  const own = `maxIf(raw_key, entered_ms >= {namedFrom: Int64} AND entered_ms < {namedTo: Int64}) OVER (PARTITION BY ${persons}${last})`;
  return [
    ...steps,
    `merged AS (
  SELECT
    account_key,
    ${renames ? `if(own_key != 0, own_key, ${last})` : last} AS viewer_key,
    entered_ms,
    dwell,
    given_session,
    ${['live_source', ...more].join(',\n    ')}${renames ? `,\n    ${own} AS own_key` : ''}
  FROM linked_${changes}
)`,
  ].join(',\n');
}

/** What kept rows call viewers before a change → what they are called after it, over the asked accounts, one piece a change; empty without one. */
export const storedLinks = (changes: number): string =>
  Array.from(
    { length: changes },
    (_, at) => `link_${at + 1} AS (
  SELECT
    viewer_key AS former,
    max(next_viewer_key) AS following
  FROM facts(entries)
  WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND next_viewer_key != 0
    AND entered_at >= fromUnixTimestamp64Milli({keyChanges: Array(Int64)}[${at + 1}] - ${OVERLAP_MS}, 'UTC')
    AND entered_at < fromUnixTimestamp64Milli({keyChanges: Array(Int64)}[${at + 1}], 'UTC')
  GROUP BY former
),\n`,
  ).join('');

/** The joins and the name of a viewer of `table` after all changes. */
export function storedName(table: string, changes: number): { joins: string; name: string } {
  let name = `${table}.viewer_key`;
  let joins = '';
  for (let change = 1; change <= changes; change++) {
    joins += `\n  LEFT JOIN link_${change} ON link_${change}.former = ${name}`;
    name = `if(link_${change}.following != 0, link_${change}.following, ${name})`;
  }
  return { joins, name };
}
