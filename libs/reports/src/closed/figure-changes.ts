import { ExactDecimal, exactText } from '@app/analytics';
import type { FigureChange, Subject } from '@app/contracts';
import type { FrozenKey } from './kept-figure';

/** Who a row is about, what was declared of it, and words: no figures. */
const NO_FIGURES = new Set([
  'level', 'accountId', 'platform', 'dealerId', 'adcode', 'salesRegion', 'brand', 'name', 'dealerName', 'undeclared', 'ownerKind', 'declaredTier', 'month',
  'accountsTotal',
]); // prettier-ignore
/** Of a subject of which nothing else is known these say nothing. */
const NO_EVIDENCE = new Set(['weightKnown', 'coverage']);
/** What tells the items of a list apart. */
const ITEM_NAMES = ['metric', 'platform', 'line', 'kind', 'unitPriceCny', 'discount', 'day', 'month'];
/** Said in words what figures say, or a name. */
const WORDS = ['reason', 'reasons', 'name', 'zh', 'en', 'rateCards'];

type Figures = Map<string, string | null>;

/** What a row is about, in a form that sorts and reads: `douyin/a1`, a dealer's id, a region, the brand. */
export function subjectKey(row: Subject): string {
  if (row.level === 'account') return `${row.platform}/${row.accountId}`;
  if (row.level === 'dealer') return row.dealerId ?? 'unassigned';
  return row.adcode ?? row.salesRegion ?? row.brand ?? '';
}

/** Every figure of a row by its path: numbers, money, tiers, true and false as text; unknown is null. */
export function figuresOf(row: object): Figures {
  const figures: Figures = new Map();
  for (const [field, value] of Object.entries(row)) if (!NO_FIGURES.has(field)) collect(figures, field, value);
  return figures;
}

function collect(figures: Figures, path: string, value: unknown): void {
  if (value === undefined || WORDS.includes(path.slice(path.lastIndexOf('.') + 1))) return;
  if (value === null || typeof value !== 'object') {
    figures.set(path, value === null ? null : String(value));
    return;
  }
  if (!Array.isArray(value)) {
    for (const [field, item] of Object.entries(value)) collect(figures, `${path}.${field}`, item);
    return;
  }
  if (value.some((item) => item === null || typeof item !== 'object')) {
    figures.set(path, JSON.stringify(value));
    return;
  }
  const seen = new Map<string, number>();
  for (const item of value as Record<string, unknown>[]) {
    const name = ITEM_NAMES.flatMap((field) => (typeof item[field] === 'string' ? [item[field]] : [])).join('/');
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    const label = nth === 1 ? name : `${name}#${nth}`;
    for (const [field, own] of Object.entries(item)) if (!ITEM_NAMES.includes(field)) collect(figures, `${path}[${label}].${field}`, own);
  }
}

/**
 * The figures that differ between two answers of one report. A field of a row that only one of the two knows is no difference (reports gain fields), nor is a
 * subject that appears or goes without any figure but 0: somebody declared an account later.
 */
export function changesBetween<Row extends Subject>(key: FrozenKey, old: readonly Row[], now: readonly Row[]): FigureChange[] {
  const [before, after] = [old, now].map((rows) => new Map(rows.map((row) => [subjectKey(row), row])));
  const subjects = [...new Set([...before.keys(), ...after.keys()])];
  return subjects.flatMap((subject) => {
    const [was, is] = [before.get(subject), after.get(subject)];
    const [left, right] = [figuresOf(was ?? {}), figuresOf(is ?? {})];
    const fields = was && is ? new Set(Object.keys(was).filter((field) => field in is)) : null;
    if (!(was && is) && !hasEvidence(was ?? is!)) return [];
    const changes: FigureChange[] = [];
    for (const figure of new Set([...left.keys(), ...right.keys()])) {
      if (fields && !fields.has(/^\w+/.exec(figure)![0])) continue;
      const [a, b] = [left.get(figure) ?? null, right.get(figure) ?? null];
      if (a === b) continue;
      const difference = differenceOf(a, b);
      if (difference === '0') continue; // written otherwise, the same number
      changes.push({ ...key, subject, name: (is ?? was)!.name, figure, old: a, new: b, difference });
    }
    return changes;
  });
}

/** Is anything known of a subject but that there is nothing? */
const hasEvidence = (row: object): boolean =>
  Object.entries(row).some(
    ([field, value]) =>
      !NO_FIGURES.has(field) &&
      !NO_EVIDENCE.has(field) &&
      (typeof value === 'number' || typeof value === 'string') &&
      Number(value) !== 0 &&
      NUMBER.test(String(value)),
  );

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** New − old, exactly; null where one of them is unknown or no number. */
function differenceOf(old: string | null, now: string | null): string | null {
  if (old === null || now === null || !NUMBER.test(old) || !NUMBER.test(now)) return null;
  return exactText(new ExactDecimal(now).minus(old));
}

/** First what is no number (a tier, a mark, known or unknown), then by the size of the difference; among equals by name. */
export function largestFirst(changes: readonly FigureChange[]): FigureChange[] {
  return changes
    .map((change) => ({
      change,
      size: change.difference === null ? null : new ExactDecimal(change.difference).abs(),
      place: placeOf(change),
    }))
    .sort((a, b) => {
      if (a.size === null || b.size === null) return Number(a.size !== null) - Number(b.size !== null) || (a.place < b.place ? -1 : 1);
      return b.size.comparedTo(a.size) || (a.place < b.place ? -1 : 1);
    })
    .map(({ change }) => change);
}

const placeOf = ({ report, level, regions, basis, subject, figure }: FigureChange): string =>
  [report, level, regions, basis, subject, figure].join(' ');
