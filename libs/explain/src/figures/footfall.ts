import type { FootfallPoint } from '@app/contracts';
import { Explainer, check, textOf } from '../asked';
import { pageOf } from '../rows';

/** Figures of the footfall report: the weeks (of several dealers: the dealers) that the association is over, as the report draws them. */
export const footfall: Explainer = async (asked) => {
  const points = (asked.row.points ?? []) as FootfallPoint[];
  const paired = points.filter((point) => point.weeklyShowroomVisitors !== null && point.footfallVisitors !== null);
  const { weeksPaired, lagWeeks, dealersPaired } = asked.row as Record<string, number>;
  const single = asked.query.level === 'dealer';
  return {
    filled: `${asked.query.figure} = ${textOf(asked.value)} (n = ${textOf(weeksPaired)}, lag = ${textOf(lagWeeks)})`,
    rows: await pageOf(points, asked.rows, {
      of: {
        zh: '周（多个经销商时：经销商均值）：虚拟展厅客流与到店人数',
        en: 'weeks (of several dealers: their means): traffic and footfall',
      },
      place: ({ week, dealerId }) => `${week ?? ''} ${dealerId ?? ''}`,
      rows: (page) =>
        page.map((point) => ({
          kind: point.week === null ? ('dealer' as const) : ('week' as const),
          id: point.week ?? point.dealerId ?? '',
          amount: point.weeklyShowroomVisitors !== null && point.footfallVisitors !== null ? '1' : '0',
          fields: { ...point },
        })),
    }),
    checks: [
      single && lagWeeks === 0
        ? check({ zh: '两者均已知的周数', en: 'weeks in which both are known' }, weeksPaired, paired.length)
        : check(
            { zh: '两者均已知的经销商数', en: 'dealers of which both are known' },
            single ? paired.length : dealersPaired,
            paired.length,
          ),
    ],
  };
};
