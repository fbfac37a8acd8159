import type { BrandState, InorganicEntries } from '@app/contracts';
import { statementText } from '@app/warehouse';
import { grouped } from '../grouped';
import { boundParameters } from './viewer-entries';
import { ANY_READING, listParts, seenEntries } from './viewer-entries.sql';

/** A statement with its parameters: one row per entry that any list names (`account`, `viewerKey`, `enteredAt`, `entryKey`), and `lists`: the places of those that name it. */
export interface ListsStatement {
  sql: string;
  params: Record<string, unknown>;
}

type Parts = NonNullable<ReturnType<typeof listParts>>;
type Bound = Record<string, unknown>;

/** A list with its place and what it is asked with. Parts null: a text of another form, which is asked as it is. */
interface Listed {
  at: number;
  sql: string;
  bound: Bound;
  parts: Parts | null;
}

const COLUMNS = 'account, viewerKey, enteredAt, entryKey';
/** What the entries of an account are read by that say nothing but when: lists of several sessions are read together by the span of all, each within its own. */
const SPAN = ['loadFrom', 'loadTo', 'loadFromMonth', 'loadToMonth'] as const;
const WITHIN =
  'entered_ms >= {loadFrom: Int64} AND entered_ms < {loadTo: Int64} AND start_ms >= {loadFrom: Int64} AND start_ms < {loadTo: Int64}';

/**
 * Lists of entries as one statement that reads what they rest on once for all that rest on the same: findings of one account mostly differ in the session
 * alone. Gives the same entries as each list by itself. Keys of declared staff are added as the state says now.
 */
export function listsTogether(lists: readonly InorganicEntries[], state: BrandState): ListsStatement {
  const params: Bound = {};
  const seen = statementText(seenEntries(ANY_READING));
  const listed = lists.map(({ sql, parameters }, at): Listed => {
    const bound = { brandId: state.brand.brandId, ...boundParameters(sql, parameters, state) };
    const spelledOut = statementText(sql);
    return { at, sql: spelledOut, bound, parts: listParts(spelledOut) };
  });
  const sources = [...grouped(listed, (one) => readAs(one, seen)).values()].map((own, place) => {
    const [{ parts, sql, bound, at }] = own;
    const prefix = `read${place}_`;
    if (!parts) return `SELECT ${COLUMNS}, [toUInt16(${at})] AS named FROM (${taken(sql, bound, { prefix, params })})`;
    const spanned = parts.pieces === seen;
    const read = taken(parts.pieces, spanned ? { ...bound, ...spanOf(own) } : bound, { prefix, params });
    const wheres = own.map((one) =>
      taken(`${spanned ? `${WITHIN} AND ` : ''}(${one.parts!.where})`, one.bound, { prefix: `list${one.at}_`, params }),
    );
    const named = own.map((one, n) => `if(${wheres[n]}, [toUInt16(${one.at})], [])`).join(', ');
    return `SELECT * FROM (WITH ${read}\n${parts.columns}, arrayConcat(${named}) AS named\nFROM ${parts.from}\nWHERE ${wheres.map((where) => `(${where})`).join(' OR ')}\n${parts.settings})`;
  });
  const sql = `SELECT ${COLUMNS}, arraySort(groupUniqArrayArray(named)) AS lists
FROM (${sources.join('\nUNION ALL\n')})
GROUP BY ${COLUMNS}`;
  return { sql, params };
}

/** Lists with the same answer are read at once. */
function readAs({ at, parts, bound }: Listed, seen: string): string {
  if (!parts) return String(at);
  const of = namesIn(parts.pieces).filter((name) => parts.pieces !== seen || !SPAN.some((one) => one === name));
  const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
  return JSON.stringify([parts.pieces, parts.from, parts.settings, of.map((name) => [name, bound[name]])], text);
}

function spanOf(own: readonly Listed[]): Bound {
  const of = (name: (typeof SPAN)[number]): number[] => own.map(({ bound }) => Number(bound[name]));
  return {
    ...{ loadFrom: Math.min(...of('loadFrom')), loadTo: Math.max(...of('loadTo')) },
    ...{ loadFromMonth: Math.min(...of('loadFromMonth')), loadToMonth: Math.max(...of('loadToMonth')) },
  };
}

const namesIn = (sql: string): string[] => [...new Set(Array.from(sql.matchAll(/\{(\w+):/g), ([, name]) => name))].sort();

/** The text with placeholders of its own names; what they stand for is put among the parameters. */
function taken(sql: string, bound: Bound, { prefix, params }: { prefix: string; params: Bound }): string {
  for (const name of namesIn(sql)) params[`${prefix}${name}`] = bound[name];
  return sql.replace(/\{(\w+):/g, `{${prefix}$1:`);
}
