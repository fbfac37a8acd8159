import { SCORE_PARTS, type RankingRow, type ScorePart } from '@app/contracts';

/** Those who are ranked among each other: partial scores only meet scores that know the same parts (domain.md 6.3). */
export interface League {
  key: string;
  /** `one`: all rows are ranked together, as regions are. */
  kind: 'full' | 'partial' | 'unranked' | 'one';
  /** Parts that its members do not know. */
  missing: ScorePart[];
}

const UNRANKED: League = { key: 'unranked', kind: 'unranked', missing: [] };
const ONE: League = { key: 'one', kind: 'one', missing: [] };
const FULL: League = { key: 'full', kind: 'full', missing: [] };

/** The league that a row's rank belongs to. Parts are looked at where some are unknown only: those of a long list are unpacked one by one (`unpackRows`). */
export function leagueOf(row: Pick<RankingRow, 'rank' | 'parts' | 'partial' | 'level'>): League {
  if (row.rank === null) return UNRANKED;
  if (row.level === 'region') return ONE;
  if (!row.partial) return FULL;
  if (!row.parts.length) return ONE;
  const known = new Set(row.parts.filter((part) => part.percentile !== null).map((part) => part.metric));
  const missing = SCORE_PARTS.filter((metric) => !known.has(metric));
  return { key: missing.join('+') || 'full', kind: missing.length ? 'partial' : 'full', missing };
}

/** Rows by league, in the order in which the leagues first occur; the unranked last. */
export function byLeague<Row>(rows: Row[], ranking: (row: Row) => RankingRow): { league: League; rows: Row[] }[] {
  const found = new Map<string, { league: League; rows: Row[] }>();
  for (const row of rows) {
    const league = leagueOf(ranking(row));
    const group = found.get(league.key) ?? { league, rows: [] };
    group.rows.push(row);
    found.set(league.key, group);
  }
  return [...found.values()].sort((a, b) => Number(a.league.kind === 'unranked') - Number(b.league.kind === 'unranked'));
}
