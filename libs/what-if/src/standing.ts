import { ValueUnitRow, compare, fractionOf } from '@app/analytics';
import { Level, StabilityQuery, VitrineError } from '@app/contracts';
import { readTiers, scoreSubjects } from '@app/reports';
import { PricedUnits, TrialPlan, exactDecimal, priceId, pricesOf, valueUnder, worthsOf } from './price-moves';
import type { Ranked } from './ranked';
import type { Standing } from './stability';

const SHARE = '0.1';
export const DRAWS = 40;
const MAX_DRAWS = 500;
const SEED = 20_261_122;

/** The plan of a question about stability, with what it leaves out. Throws bad_input that names the field. */
export function checkedStability(level: Level, { share = SHARE, draws = DRAWS, seed = SEED }: StabilityQuery): Omit<TrialPlan, 'keys'> {
  if (level !== 'account' && level !== 'dealer')
    throw wrong('level', '稳定性只对账号和经销商排名测算', 'Stability is told of the ranking of accounts or dealers', 'account, dealer');
  if (!/^0\.\d{1,4}$/.test(share) || compare(fractionOf(share), fractionOf('0')) <= 0)
    throw wrong(
      'stability.share',
      '浮动比例应在 0 与 1 之间，最多四位小数',
      'The share must lie between 0 and 1, with at most four decimals',
      '0.1',
    );
  if (!Number.isInteger(draws) || draws < 0 || draws > MAX_DRAWS)
    throw wrong('stability.draws', `抽样次数应为 0 到 ${MAX_DRAWS} 的整数`, `Draws must be a whole number from 0 to ${MAX_DRAWS}`, '40');
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff)
    throw wrong('stability.seed', '种子应为 0 到 4294967295 的整数', 'The seed must be a whole number from 0 to 4294967295', '1');
  return { share, draws, seed };
}

function wrong(field: string, zh: string, en: string, example: string): VitrineError {
  return new VitrineError(
    'bad_input',
    { zh, en },
    { remedy: { zh: `例如 ${example}。`, en: `For example: ${example}.` }, details: [{ field, message: en }] },
  );
}

/** What the trials of a ranking start from. */
export function standingOf({ facts, context }: Ranked): Standing {
  const shown = new Set(context.accounts.map(({ accountKey }) => accountKey));
  const rows = facts.slice.value.filter(({ accountKey }) => shown.has(accountKey));
  return {
    subjects: scoreSubjects(facts),
    policy: context.policy,
    units: pricedUnits(rows, (row) => context.groupOf(row.accountKey, row.at)),
    showroomVisitors: new Map(facts.showroom.map((row) => [row.group, row.showroomVisitors])),
    headsUnder: headsOf({ facts, context }),
  };
}

/** Units with a price, by group. */
function pricedUnits<Row extends ValueUnitRow>(rows: readonly Row[], groupOf: (row: Row) => string): Map<string, PricedUnits[]> {
  const units = new Map<string, PricedUnits[]>();
  for (const row of rows) {
    if (row.price === null || !row.counts) continue;
    const own = { key: `${row.platform}/${row.line}`, unitPriceCny: row.price, discount: row.discount!, units: row.net };
    const known = units.get(groupOf(row));
    if (known) known.push(own);
    else units.set(groupOf(row), [own]);
  }
  return units;
}

/** Who is head under other prices: the tiers of the reports over trailing values that are moved. Of accounts and whole months; else of nobody. */
function headsOf({ facts, context }: Pick<Ranked, 'facts' | 'context'>): Standing['headsUnder'] {
  if (context.level !== 'account' || context.period.month === null) return () => Promise.resolve(new Set());
  const trailing = facts.slice.trailing;
  const units = pricedUnits(trailing, ({ accountKey }) => accountKey);
  const sample = new Map(trailing.filter(({ price, counts }) => price !== null && counts).map((row) => [row.accountKey, row]));
  const prices = pricesOf(units);
  const tried = [...units].map(([accountKey, own]) => ({
    accountKey,
    units: own.map((each) => ({ id: priceId(each), units: each.units })),
  }));
  return async (moves) => {
    const worths = worthsOf(prices, moves);
    // an account's value as one row: of nothing else of it is a tier made
    const rows = tried.map(({ accountKey, units: own }) => ({
      ...sample.get(accountKey)!,
      valueCny: exactDecimal(valueUnder(own, worths)),
    }));
    const tiers = await readTiers(context, rows);
    return new Set([...tiers].filter(([, { earnedTier }]) => earnedTier === 'head').map(([key]) => key));
  };
}
