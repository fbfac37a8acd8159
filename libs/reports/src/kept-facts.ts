import { VitrineError, refusal, type ReportQuery } from '@app/contracts';
import { factFloor } from '@app/database';
import type { DataSource } from 'typeorm';
import type { ReportPeriod } from './report-period';

/** Reports that are made of viewers: of the others no fact is ever removed. */
const OF_VIEWERS: ReadonlySet<string> = new Set<ReportQuery['name']>(['showroom', 'ranking', 'footfall']);

class NotKept extends VitrineError {}

/** Throws unprocessable for a span whose viewers retention has removed: what is left would look like a smaller number. Its closed months answer out of their closes. */
export async function assertKept(
  dataSource: DataSource,
  { brandId, name }: { brandId: number; name: ReportQuery['name'] },
  period: Pick<ReportPeriod, 'fromDay'>,
): Promise<void> {
  if (!OF_VIEWERS.has(name)) return;
  const floor = await factFloor(dataSource, brandId);
  if (floor === null || period.fromDay.slice(0, 7) >= floor) return;
  const { code, text, options } = refusal(
    'unprocessable',
    {
      zh: `${floor} 之前的观众记录已按保留期限删除，无法计算该时段`,
      en: `Rows of viewers before ${floor} are removed by retention: this span cannot be computed`,
    },
    { zh: `请查询已关账的单个月份，或从 ${floor} 起的时段`, en: `Ask for a single closed month, or for a span from ${floor} on` },
    'from',
  );
  throw new NotKept(code, text, options);
}

/** Is a month before the floor? Nothing of it can be computed any more, so nothing of it differs from its close. */
export const isBeforeFloor = async (dataSource: DataSource, brandId: number, month: string): Promise<boolean> =>
  month < ((await factFloor(dataSource, brandId)) ?? '');

/** Null instead of the error of a span that is not kept. */
export const ifKept = <Answer>(answer: Promise<Answer>): Promise<Answer | null> =>
  answer.catch((error: unknown) => {
    if (error instanceof NotKept) return null;
    throw error;
  });
