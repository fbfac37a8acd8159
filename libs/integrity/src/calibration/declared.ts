import type { DeclarationKind, Period } from '@app/contracts';
import type { DeclaredSpan } from '../detector';

/** Kinds whose effect on figures is measured on those who declared them; an outage is missing data, staff are no viewers. */
const EXPLAINING: readonly DeclarationKind[] = ['paid', 'raffle', 'guest', 'event'];
/** People still come and go for a while after what was declared. */
const AFTER_MS = 1_800_000;

export interface Explained {
  /** Missing data: the observation is none. */
  outage: boolean;
  kinds: DeclarationKind[];
  /** Views that were declared as bought, as a number in the declaration; null: none said how many. */
  statedViews: number | null;
  declarationIds: string[];
}

const NOTHING: Explained = { outage: false, kinds: [], statedViews: null, declarationIds: [] };

/** What declarations say of a span. Overlapping ones of one kind explain once; stated numbers of paid ones add up, each by its share of time in the span. */
export function explainedBy(declared: readonly DeclaredSpan[], { from, to }: Period): Explained {
  if (declared.length === 0) return NOTHING;
  const touching = declared.filter((one) => one.from < to && one.to + (one.kind === 'outage' ? 0 : AFTER_MS) >= from);
  const stated = touching.filter(({ kind }) => kind === 'paid').map((one) => statedIn(one, { from, to }));
  const known = stated.filter((views) => views !== null);
  return {
    outage: touching.some(({ kind }) => kind === 'outage'),
    kinds: EXPLAINING.filter((kind) => touching.some((one) => one.kind === kind)),
    statedViews: known.length === 0 ? null : known.reduce((sum, views) => sum + views, 0),
    declarationIds: touching.filter(({ kind }) => EXPLAINING.includes(kind)).map(({ declarationId }) => declarationId),
  };
}

const NUMBER_OF_VIEWS =
  /(?:"?(?:paid)?views"?\s*[:=：]\s*"?(\d[\d,]*(?:\.\d+)?)(万)?)|(?:(\d[\d,]*(?:\.\d+)?)\s*(万)?\s*(?:views|人次|次观看|观看|播放))/i;

/** The views that a declaration's text states, in the part of its time that lies in the span; null when it states none. */
function statedIn({ detail, from, to }: DeclaredSpan, span: Period): number | null {
  const found = NUMBER_OF_VIEWS.exec(detail);
  const digits = found?.[1] ?? found?.[3];
  if (digits === undefined) return null;
  const views = Number(digits.replaceAll(',', '')) * ((found?.[2] ?? found?.[4]) ? 10_000 : 1);
  const length = to - from;
  const shared = Math.min(to, span.to) - Math.max(from, span.from);
  return length <= 0 || shared >= length ? views : Math.max(0, (views * shared) / length);
}
