import { bySize, type Compared } from '@app/analytics';
import type { ReconciledFigure } from '@app/contracts';
import { firstDayOf, weekOf } from '../../calibration/units';
import { dayText } from '../../facts/drift-evidence';
import { type Prevalence, prevalenceOf, strengthOfBreach } from '../../calibration/prevalence';
import { grouped } from '../../grouped';

const DAY_MS = 86_400_000;
/** Two sources that disagree do not say which of them is right: worth a look, no more. */
export const MOST = 0.95;

/** What is beyond the policy's tolerance of an account in a business week, the largest first. */
export interface DifferingWeek {
  account: string;
  /** First business day of the week. */
  monday: string;
  rows: Compared[];
  strength: number;
}

export type FigurePrevalences = Partial<Record<ReconciledFigure, Prevalence>>;

/** How far apart, as a share of what counts; where that is 0 the whole. */
const sizeOf = ({ relative }: Compared): number => Math.abs(relative ?? 1);

/** Views of a file above the platform's are a finding of `counterSanity`, whichever of them the policy puts first. */
const isTold = ({ figure, countedSource, otherSource, difference }: Compared): boolean =>
  figure === 'views' &&
  ((countedSource === 'api-final' && otherSource === 'file' && difference > 0) ||
    (countedSource === 'file' && otherSource === 'api-final' && difference < 0));

/** What a platform tells before its figures are final is behind every other source; 0 plays is no reading (domain.md 4.5). Neither contradicts anybody. */
const isUnsettled = ({ figure, countedSource, countedValue, otherSource, otherValue }: Compared): boolean =>
  countedSource === 'api-provisional' ||
  otherSource === 'api-provisional' ||
  (figure === 'plays' && Math.min(countedValue, otherValue) === 0);

/** What differs beyond tolerance and is nobody else's. */
export const differing = (rows: readonly Compared[]): Compared[] => rows.filter((row) => row.beyond && !isTold(row) && !isUnsettled(row));

/** By figure: how many accounts have two sources of it, and the worst difference of each that has any. */
export function prevalencesOf(rows: readonly Compared[]): FigurePrevalences {
  const found: FigurePrevalences = {};
  for (const [figure, own] of grouped(rows, (row) => row.figure)) {
    const accounts = grouped(own, ({ accountKey }) => accountKey);
    const worst = [...accounts.values()].flatMap((ofAccount) => {
      const sizes = differing(ofAccount).map(sizeOf);
      return sizes.length === 0 ? [] : [sizes.reduce((most, size) => Math.max(most, size))];
    });
    found[figure] = prevalenceOf(accounts.size, worst);
  }
  return found;
}

const UNKNOWN: Prevalence = { assessed: 0, worst: [] };

/** Pure: differences by account and business week, each week as strange as its rarest difference. */
export function differingWeeks(rows: readonly Compared[], honest: FigurePrevalences): DifferingWeek[] {
  const weeks = grouped(differing(rows), ({ accountKey, day }) => `${accountKey}/${dayText(firstDayOf(weekOf(Date.parse(day) / DAY_MS)))}`);
  return [...weeks].map(([key, own]) => {
    const [account, monday] = key.split('/');
    const strengths = own.map((row) => strengthOfBreach(honest[row.figure] ?? UNKNOWN, sizeOf(row)));
    const strength = Math.min(
      MOST,
      strengths.reduce((most, one) => Math.max(most, one)),
    );
    return { account, monday, rows: own.sort(bySize), strength };
  });
}
