import type { FactTable } from '../fact-table';
import { FACT_TABLES } from '../tables/facts';
import { standing } from './standing';
import { identityOf, versionOf } from './version-order';

/** Where the instant stands when none is named: epoch ms, the parameter `asOf` of the query. */
const AS_OF = '{asOf: Int64}';

/** What the version tells by itself: no state of its own, which for 100 million entries is gigabytes. */
const FROM_VERSION: Readonly<Record<string, string>> = {
  observed_at: `fromUnixTimestamp64Milli(toInt64(bitShiftRight(max(version), 64)), 'UTC')`,
  retracted: `toUInt8(bitAnd(bitShiftRight(max(version), 63), 1))`,
  dwell_seconds: `CAST(nullIf(bitAnd(bitShiftRight(max(version), 45), 262143), 0) - 1, 'Nullable(UInt32)')`,
};

/**
 * The facts of a table as of an instant, as a sub-query (in brackets, without alias) that stands where `<fact> FINAL` stands: of what was ingested
 * by then and not taken back by then, the last of each identity and source, without what was retracted. Columns are those of the table's declaration, without `delivery_id`.
 * A condition on columns of the identity reaches the log's partitions and sort key. Each column is an aggregate of its own, so that only what the
 * query names is read.
 */
export function factsAsOf(table: FactTable, instant: string = AS_OF): string {
  const said = [...table.payload, 'retracted', 'observed_at', 'ingested_at'].map((column) => `${lastOf(table, column)} AS ${column}`);
  return latest(table, [...identityOf(table), ...said], instant, 'HAVING bitAnd(bitShiftRight(max(version), 63), 1) = 0');
}

/** Which days of which accounts had been fetched as of an instant: what stands in place of `collection_days FINAL`. */
export function collectionDaysAsOf(instant: string = AS_OF): string {
  return `(
SELECT
    brand_id,
    account_key,
    kind,
    day,
    argMax(landed.complete, (landed.observed_at, landed.ingested_at)) AS complete,
    max(landed.observed_at) AS observed_at
FROM collection_days_landing AS landed
WHERE landed.ingested_at <= ${instantOf(instant)}
GROUP BY
    brand_id,
    account_key,
    kind,
    day
)`;
}

/** What stands in place of `<name> FINAL` in a report as of an instant, for every name that `facts(…)` may hold. Throws for another one. */
export function asOfByName(name: string, instant: string = AS_OF): string {
  if (name === 'collection_days') return collectionDaysAsOf(instant);
  const table = FACT_TABLES.find((candidate) => candidate.name === name);
  if (!table) throw new RangeError(`there is no fact table ${name}`);
  return factsAsOf(table, instant);
}

/** Lists that are written once and named by the state: which of them held at an instant is the state's to say. */
const LISTS: readonly string[] = ['excluded_entries', 'excluded_units'];

/** Every delivery of a fact table by an instant, replaced and retracted ones too: a superset of `asOfByName` that costs no grouping. */
export function deliveredBy(name: string, instant: string = AS_OF): string {
  if (LISTS.includes(name)) return name;
  if (!FACT_TABLES.some((table) => table.name === name)) throw new RangeError(`there is no fact table ${name}`);
  return `(SELECT * FROM ${name}_landing WHERE ingested_at <= ${instantOf(instant)} AND ${standing(instantOf(instant))})`;
}

const instantOf = (instant: string): string => `fromUnixTimestamp64Milli(${instant}, 'UTC')`;

/** The last delivery of each identity and source among those ingested by an instant. */
function latest(table: FactTable, columns: string[], instant: string, having: string): string {
  const keys = identityOf(table);
  return `(
SELECT
${columns.map((line) => `    ${line}`).join(',\n')}
FROM (
    SELECT
        *,
        ${versionOf(table)} AS version
    FROM ${table.name}_landing
    WHERE ingested_at <= ${instantOf(instant)} AND ${standing(instantOf(instant))}
) AS landed
GROUP BY
${keys.map((key) => `    ${key}`).join(',\n')}
${having}
)`;
}

function lastOf(table: FactTable, column: string): string {
  if (FROM_VERSION[column]) return FROM_VERSION[column];
  // argMax skips nulls: inside a tuple it is none
  return table.columns[column].startsWith('Nullable')
    ? `tupleElement(argMax(tuple(landed.${column}), version), 1)`
    : `argMax(landed.${column}, version)`;
}
