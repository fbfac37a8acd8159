import { actorNow, recordAct } from '@app/database';
import type { Stores } from '../../process/stores';

/** Writes down what a command did to facts, which have no decision of their own behind them. */
export async function recordDone(
  { dataSource }: Pick<Stores, 'dataSource'>,
  brandId: number,
  done: { action: string; subject: string; after: unknown },
): Promise<void> {
  await dataSource.transaction((tx) => recordAct(tx, { brandId, actor: actorNow(), before: null, reason: null, ...done }));
}
