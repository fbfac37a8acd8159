import type { Warehouse } from '@app/warehouse';
import { NO_MEMORY } from '../../part-memory';
import type { Items } from '../../score/bootstrap/drawn-items';
import { storedLinks, storedName } from '../key-links.sql';
import { ShowroomInput, scopeOf } from '../showroom-scope';
import { KEPT_SETTINGS } from '../../statement-settings';
import { OWNER } from './stored.sql';
import { StoredReader } from './stored.reader';

/** Visits with a known dwell and their seconds, of showroom visitors and of the others, as viewers that can be drawn again. */
export interface DwellMoments {
  showroom: Items;
  others: Items;
}

interface MomentRow {
  subject: number;
  isShowroom: number;
  viewers: string;
  visits: string;
  allSeconds: string;
  visitsVisits: number;
  visitsSeconds: number;
  secondsSeconds: number;
}

/** Others without a visit of known dwell add nothing to any sum. Squares are for an estimate: floating point is enough. */
const sums = (person: string): string => `SELECT
  subject,
  is_showroom AS isShowroom,
  count() AS viewers,
  sum(known_visits) AS visits,
  sum(seconds) AS allSeconds,
  sum(toFloat64(known_visits) * known_visits) AS visitsVisits,
  sum(toFloat64(known_visits) * seconds) AS visitsSeconds,
  sum(toFloat64(seconds) * seconds) AS secondsSeconds
FROM ${person}
WHERE is_showroom OR known_visits > 0
GROUP BY
  subject,
  is_showroom
${KEPT_SETTINGS}`;

const WHERE = `brand_id = {brandId: UInt32} AND viewer_month.month IN {months: Array(UInt32)} AND viewer_month.account_key IN {accounts: Array(UInt64)}`;

/** Of subjects that are one account and month: a viewer is a row. */
const ONE_ROW = `WITH ${OWNER}
${sums(`(
  SELECT
    owner.subject AS subject,
    viewer_month.visits >= {minVisits: UInt32} AS is_showroom,
    viewer_month.visits - unknown_visits AS known_visits,
    viewer_month.known_dwell AS seconds
  FROM rollup(viewer_month)
  INNER JOIN owner ON owner.account_key = viewer_month.account_key AND owner.month = viewer_month.month
  WHERE ${WHERE}
)`)}`;

/** Of others: a viewer is a showroom visitor who is one of any account and month. */
const perPerson = (changes: number): string => `WITH ${storedLinks(changes)}${OWNER},
person AS (
  SELECT
    subject,
    ${storedName('viewer_month', changes).name} AS person_key,
    max(viewer_month.visits >= {minVisits: UInt32}) AS is_showroom,
    sum(viewer_month.visits - unknown_visits) AS known_visits,
    sum(viewer_month.known_dwell) AS seconds
  FROM rollup(viewer_month)
  INNER JOIN owner ON owner.account_key = viewer_month.account_key AND owner.month = viewer_month.month${storedName('viewer_month', changes).joins}
  WHERE ${WHERE}
  GROUP BY
    subject,
    person_key
)
${sums('person')}`;

class DwellMomentsReader extends StoredReader {
  /** By group. */
  async moments(): Promise<Map<string, DwellMoments>> {
    await this.countsAndSessions();
    const bySubject = new Map<number, typeof this.rows>();
    for (const row of this.rows) bySubject.set(row.subject, [...(bySubject.get(row.subject) ?? []), row]);
    const ofSubjects = (isSingle: boolean) => [...bySubject.values()].filter((own) => (own.length === 1) === isSingle).flat();
    const found = await Promise.all([
      this.read('showroom.dwell_moments', ONE_ROW, ofSubjects(true)),
      this.read('showroom.dwell_moments_of_persons', perPerson(this.keyChanges.length), ofSubjects(false)),
    ]);
    const moments = new Map<string, DwellMoments>();
    for (const row of found.flat()) {
      const { group } = this.scope.groups[row.subject - 1];
      const known = moments.get(group) ?? { showroom: NOBODY, others: NOBODY };
      moments.set(group, row.isShowroom ? { ...known, showroom: itemsOf(row) } : { ...known, others: itemsOf(row) });
    }
    return moments;
  }

  private read(name: string, sql: string, rows: typeof this.rows): Promise<MomentRow[]> {
    if (rows.length === 0) return Promise.resolve([]);
    return this.ask<MomentRow>(name, sql, [...new Set(rows.map((row) => row.account))], this.ownersOf(rows));
  }
}

const NOBODY: Items = { count: 0, sums: [0, 0], products: [0, 0, 0] };
const itemsOf = (row: MomentRow): Items => ({
  count: Number(row.viewers),
  sums: [Number(row.visits), Number(row.allSeconds)],
  products: [row.visitsVisits, row.visitsSeconds, row.secondsSeconds],
});

/**
 * Second moments of dwell per group, from the kept rows of viewers. Empty where these do not answer the question: spans that are no whole months, questions
 * about the past. Groups that an account left or entered inside the period are missing.
 */
export async function readDwellMoments(warehouse: Warehouse, input: ShowroomInput): Promise<Map<string, DwellMoments>> {
  const scope = scopeOf(input);
  if (input.stored !== true || !scope.wholeMonths || scope.accounts.length === 0) return new Map();
  const found = await new DwellMomentsReader(warehouse, scope, input.state, input.memory ?? NO_MEMORY).moments();
  const moved = new Set(scope.moved);
  for (const { account, subject } of scope.owners) if (moved.has(account)) found.delete(scope.groups[subject - 1].group);
  return found;
}
