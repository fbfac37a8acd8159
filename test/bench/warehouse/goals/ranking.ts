import { ReportService, type BrandQuery } from '@app/reports';
import { BenchClock, type Bench } from '../bench';
import { ASKED } from '../generator/year';
import type { GoalGroup, Measured } from '../goal';
import { ensureRollups } from '../rollups';
import { medianMs, milliseconds, pairedRatio } from '../timing';
import { ACCOUNT_RANKING } from './rollups';

const RUNS = 21;
const RANKING: BrandQuery = { name: 'ranking', level: 'account', month: ASKED.month, basis: 'adjusted', brand: 'bench' };

const serviceOf = ({ warehouse, dataSource, instance }: Bench) =>
  new ReportService({ warehouse, dataSource, secret: instance.secret, clock: new BenchClock() });

/** A question that nobody has asked, of which everything is read already: another filter every time, so that no answer is remembered. */
const anew = (service: ReportService, turn: number) => service.report({ ...RANKING, dealerId: `d${turn}` }, 'all');

/**
 * What a reader of the ranking waits for (docs/adr/0024): the answer with all rows and parts, ranks and rank changes, from a service that serves for a while.
 * It asks both stores whether anything has changed. Beside it, for what the ratio does not show: the same computed anew out of what is read, out of nothing, and
 * with intervals.
 */
async function report(bench: Bench): Promise<Measured> {
  await ensureRollups(bench);
  const service = serviceOf(bench);
  const cold = await milliseconds(() => service.report(RANKING, 'all'));
  const pair = await pairedRatio(
    RUNS,
    () => service.report(RANKING, 'all'),
    () => bench.ask(ACCOUNT_RANKING, { brandId: bench.brandId, month: ASKED.yyyymm }),
  );
  let turn = 0;
  const computed = await medianMs(() => anew(service, turn++));
  const confident = await milliseconds(() => service.report({ ...RANKING, confidence: true }, 'all'));
  const ms = (time: number) => `${time.toFixed(time < 100 ? 1 : 0)} ms`;
  return {
    value: pair.ratio,
    note: `${ms(pair.numerator)} ÷ ${ms(pair.denominator)}, ${pair.runs} pairs; computed anew ${ms(computed)}, first time ${ms(cold)}, with intervals ${ms(confident)}`,
  };
}

export const ranking: GoalGroup = {
  name: 'ranking',
  goals: [{ name: 'ranking report, all parts ÷ bare account-month ranking', unit: '×', bound: { atMost: 3 }, measure: report }],
};
