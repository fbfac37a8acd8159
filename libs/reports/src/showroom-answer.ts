import { ShowroomFigures, ShowroomInput, showroom, showroomByMonth } from '@app/analytics';
import type { ShowroomRow, Subject } from '@app/contracts';
import { visitsKept } from './kept-months';
import type { ReportContext } from './report-context';
import { withRemedies } from './source-hints';

/** Figures of one context; `ranking` leaves out what no ranking shows. */
export function readShowroom(context: ReportContext, figures: 'all' | 'ranking' = 'all'): Promise<ShowroomFigures[]> {
  return showroom(context.warehouse, showroomInput(context, figures));
}

/** What the showroom figures of a context are asked with. */
export function showroomInput(context: ReportContext, figures: 'all' | 'ranking' = 'all'): ShowroomInput {
  const { period, memberships } = context;
  return {
    ...showroomQuestion(context),
    // an end that has passed is the same for every later question
    dataInstant: Math.min(context.dataInstant, period.to),
    period: period.month === null ? { from: period.from, to: period.to } : { month: period.month },
    rolling: period.live ?? false,
    memberships,
    figures,
  };
}

/** Figures of adjacent whole months under one policy, out of one reading. */
export function readShowroomMonths(contexts: readonly ReportContext[]): Promise<ShowroomFigures[][]> {
  return showroomByMonth(contexts[contexts.length - 1].warehouse, {
    ...showroomQuestion(contexts[contexts.length - 1]),
    months: contexts.map(({ period, memberships }) => ({ month: period.lastMonth, memberships })),
  });
}

const showroomQuestion = (context: ReportContext) => ({
  brandId: context.state.brand.brandId,
  zone: context.zone,
  state: context.state,
  policy: context.policy,
  basis: context.basis,
  dataInstant: context.dataInstant,
  stored: visitsKept(context),
  memory: context.memory,
});

/** Rows of the showroom report, in no order. */
export function showroomRows(context: ReportContext, figures: ShowroomFigures[], subjects: Map<string, Subject>): ShowroomRow[] {
  return figures.map(({ group, ...own }) => {
    const figure: Omit<typeof own, 'exact'> & { exact?: unknown } = own;
    delete figure.exact; // sums for scores, no figure of the report
    return {
      ...subjects.get(group)!,
      month: context.period.month ?? `${context.period.fromDay}/${context.period.toDay}`,
      ...figure,
      reasons: withRemedies(figure.reasons, subjects.get(group)!.platform),
    };
  });
}
