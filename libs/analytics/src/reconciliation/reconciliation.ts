import { ReconciliationRow, ReconciledFigure, SOURCES, Source, Tolerance, Tolerances } from '@app/contracts';

/** Two or more values of one figure of one thing, at most one per source. */
export interface ToldFigure {
  accountKey: string;
  figure: ReconciledFigure;
  subject: string;
  day: string;
  values: { source: Source; value: number }[];
}
export type Compared = Omit<ReconciliationRow, 'platform' | 'accountId' | 'name'> & { accountKey: string };

const RELATIVE_PLACES = 10_000;

/**
 * Each value beside the one that counts: the first source of the policy's order. A provisional value is no second opinion once the final one is there;
 * an approved correction explains its difference.
 */
export function compareSources(told: ToldFigure, order: readonly Source[], tolerances: Tolerances): Compared[] {
  const rank = (source: Source) => (order.includes(source) ? order.indexOf(source) : order.length + SOURCES.indexOf(source));
  const values = [...told.values].sort((a, b) => rank(a.source) - rank(b.source));
  const [counted, ...others] = values;
  const final = values.some(({ source }) => source === 'api-final');
  return others.flatMap(({ source, value }) =>
    final && source === 'api-provisional' ? [] : [compared(told, { counted, other: { source, value } }, tolerances[told.figure])],
  );
}

function compared(
  { accountKey, figure, subject, day }: ToldFigure,
  { counted, other }: Record<'counted' | 'other', { source: Source; value: number }>,
  tolerance: Tolerance,
): Compared {
  const difference = Number((other.value - counted.value).toFixed(4));
  const size = Math.abs(difference);
  const feed = figure === 'feedEntries';
  const corrected = counted.source === 'correction';
  const above = feed ? difference > tolerance.absolute : size > tolerance.absolute && size > tolerance.relative * Math.abs(counted.value);
  return {
    accountKey,
    figure,
    subject,
    day,
    countedSource: counted.source,
    countedValue: counted.value,
    otherSource: other.source,
    otherValue: other.value,
    difference,
    relative: counted.value === 0 ? null : Math.round((difference / counted.value) * RELATIVE_PLACES) / RELATIVE_PLACES,
    tolerance,
    beyond: above && !corrected,
    why: whyOf(counted.source, corrected, feed),
  };
}

function whyOf(source: Source, corrected: boolean, feed: boolean): ReconciliationRow['why'] {
  if (feed) return { zh: '实时数据最多等于平台的观看人次。', en: 'A feed sees at most the views that the platform counts.' };
  if (corrected) return { zh: '已批准的更正优先，差异已有说明。', en: 'An approved correction comes first and explains the difference.' };
  return { zh: `按策略的来源顺序，${source} 优先。`, en: `${source} comes first in the policy's order of sources.` };
}

/** The largest first: beyond tolerance, then by share, then by size; equal ones in a fixed order. */
export function bySize(a: Compared, b: Compared): number {
  const share = (row: Compared) => Math.abs(row.relative ?? (row.difference === 0 ? 0 : Infinity));
  const size = (row: Compared) => Math.abs(row.difference);
  const place = (row: Compared) => [row.accountKey, row.figure, row.subject, row.otherSource].join('\0');
  if (a.beyond !== b.beyond) return a.beyond ? -1 : 1;
  if (share(a) !== share(b)) return share(b) - share(a);
  if (size(a) !== size(b)) return size(b) - size(a);
  return place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0;
}
