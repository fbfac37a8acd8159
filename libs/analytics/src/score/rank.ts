import { Fraction, compare } from './fraction';

/** What a rank compares, in this order. `league`: the parts that are known; partial scores are ranked among those that know the same parts. */
export interface RankSubject {
  id: string;
  league: string | number;
  score: Fraction | null;
  showroomVisitors: number | null;
  valueCny: Fraction | null;
}

/**
 * Ranks within each league by score, VST, value, exactly, null last; equals share a rank (1, 1, 3). Without a score there is no rank
 * (domain.md 6.3, 6.4).
 */
export function ranks(subjects: readonly RankSubject[]): Map<string, number | null> {
  const result = new Map<string, number | null>(subjects.map(({ id }) => [id, null]));
  const leagues = new Map<string | number, RankSubject[]>();
  for (const subject of subjects) {
    if (subject.score === null) continue;
    const members = leagues.get(subject.league);
    if (members) members.push(subject);
    else leagues.set(subject.league, [subject]);
  }
  for (const members of leagues.values()) {
    const sorted = [...members].sort(compareRank);
    let rank = 1;
    sorted.forEach((subject, index) => {
      if (index > 0 && compareRank(sorted[index - 1], subject) !== 0) rank = index + 1;
      result.set(subject.id, rank);
    });
  }
  return result;
}

/** Better first: negative when `a` stands before `b`; 0 when they share a rank. */
export function compareRank(a: RankSubject, b: RankSubject): number {
  return (
    nullLast(a.score, b.score, (x, y) => compare(y, x)) ||
    nullLast(a.showroomVisitors, b.showroomVisitors, (x, y) => y - x) ||
    nullLast(a.valueCny, b.valueCny, (x, y) => compare(y, x))
  );
}

function nullLast<T>(a: T | null, b: T | null, order: (x: T, y: T) => number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return order(a, b);
}
