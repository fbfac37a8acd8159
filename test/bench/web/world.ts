import { addTestUsers } from '../../support/sign-in';
import { Bench, progress } from '../warehouse/bench';
import { ensureData } from '../warehouse/generator/generate';
import { BRAND, YEAR } from '../warehouse/generator/year';
import { ensureRollups } from '../warehouse/rollups';
import type { WebBenchOptions } from './options';

/** The page is asked for one month; the one before it makes changes of rank. A year would be the same page after ten times the filling. */
const MONTHS = YEAR.slice(-2);

/** A brand of many accounts with its people, filled to the kept rows: what a product finds that has run for a while. */
export async function prepareWorld({ world }: WebBenchOptions, dataDir: string): Promise<void> {
  const bench = await Bench.open(world, dataDir);
  try {
    await ensureData(bench, MONTHS);
    await ensureRollups(bench);
    const { dataSource, instance, brandId } = bench;
    const [{ people }] = (await dataSource.query('SELECT count(*)::int AS people FROM app_user WHERE brand_id = $1', [brandId])) as [
      { people: number },
    ];
    if (people === 0)
      await addTestUsers(
        { dataSource, secret: instance.secret },
        { brandId, code: BRAND },
        { dealer: [{ kind: 'dealer', dealerId: 'd1' }] },
      );
    progress('the brand is filled');
  } finally {
    await bench.close();
  }
}
