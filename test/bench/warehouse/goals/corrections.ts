import { ReportService } from '@app/reports';
import { BenchClock, type Bench } from '../bench';
import { correctAccounts } from '../corrections';
import { ASKED, BRAND } from '../generator/year';
import type { Goal, GoalGroup } from '../goal';
import { ensureRollups, rolledUpVst } from '../rollups';
import { median, milliseconds } from '../timing';

const RUNS = 3;
/** What a refresh may cost however little there is to do. */
const ALLOWANCE_MS = 50;
/** 100 and 1,000 of the 5,000 accounts that hold 100 M entries. */
const SHARES = { few: 0.02, many: 0.2, all: 1 };
type Share = keyof typeof SHARES;

const accountsOf = (bench: Bench, share: Share) => Math.max(1, Math.round(bench.options.accounts * SHARES[share]));

/** From a correction that is acknowledged to the exact answer about every account, ms. A process that serves for a while brings the rows up to it. */
async function untilExact(bench: Bench, service: ReportService, share: Share): Promise<number> {
  await correctAccounts(bench, ASKED.yyyymm, accountsOf(bench, share));
  return milliseconds(async () => {
    await service.momentOf(ASKED.month, BRAND);
    await rolledUpVst(bench, ASKED.yyyymm);
  });
}

/** The three in turn, several times: the rebuild of the whole month is a correction of every account. */
const times = (bench: Bench): Promise<Record<Share, number>> =>
  bench.once('refresh times', async () => {
    await ensureRollups(bench);
    const service = new ReportService({ ...bench, secret: bench.instance.secret, clock: new BenchClock() });
    await untilExact(bench, service, 'few');
    const found: Record<Share, number[]> = { few: [], many: [], all: [] };
    for (let run = 0; run < RUNS; run++)
      for (const share of ['few', 'all', 'many'] as const) found[share].push(await untilExact(bench, service, share));
    return { few: median(found.few), many: median(found.many), all: median(found.all) };
  });

const goal = (share: Share, full: number, percent: number): Goal => ({
  name: `correction of ${full.toLocaleString('en')} accounts in 5,000 to exact report, less ${ALLOWANCE_MS} ms, of a whole-month rebuild`,
  unit: '%',
  bound: { atMost: percent },
  measure: async (bench) => {
    const found = await times(bench);
    const accounts = `${accountsOf(bench, share)} of ${bench.options.accounts} accounts`;
    return {
      value: (100 * Math.max(0, found[share] - ALLOWANCE_MS)) / found.all,
      note: `${accounts} ${found[share].toFixed(0)} ms, the whole month ${found.all.toFixed(0)} ms, ${RUNS} runs`,
    };
  },
});

export const corrections: GoalGroup = {
  name: 'corrections',
  goals: [goal('few', 100, 3), goal('many', 1000, 30)],
};
