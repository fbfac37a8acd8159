import { ValueUnitRow, engagementTerm, fraction, readFollowers, toDecimal } from '@app/analytics';
import { Bilingual, ExplainRow, RankingPart, ScorePart, addDays, businessDay } from '@app/contracts';
import { groupedBy, readSlices } from '@app/reports';
import { followerReadingsTable } from '@app/warehouse';
import { Asked, Explainer, FORMULA_AGAIN, accountName, accountsOf, check, grouped, input, textOf } from '../asked';
import { DeliveryList, deliveryRows, readSaid } from '../deliveries.reader';
import { pageOf } from '../rows';
import { RANKING_FIGURES } from './ranking';
import { evidenceOf } from './showroom-persons';
import { sessionRows } from './showroom-sessions';
import { PlacedUnit, placeOfUnit, unitRows, unitsOf } from './units';

const percentileInput = (asked: Asked, part: ScorePart) => {
  const own = ((asked.row.parts ?? []) as RankingPart[]).find(({ metric }) => metric === part);
  return input(asked, { zh: '百分位', en: 'percentile' }, own?.percentileExact ?? own?.percentile ?? null, 'percentile', {
    part,
    report: 'ranking',
  });
};

/** The value that a part shows, whole or with four places. */
const shown = (n: bigint, d: bigint): string => {
  const value = fraction(n, d);
  return toDecimal(value, value.d === 1n ? 0 : 4);
};

/** Of VST, value and loyalty the peers; what they are read from is an input with rows of its own. */
const ofPeers =
  (part: ScorePart): Explainer =>
  (asked) =>
    RANKING_FIGURES.percentile({ ...asked, query: { ...asked.query, figure: 'percentile', part } });

/** A part that coverage or a missing source blocks is unknown whatever its rows say. */
const checked = (asked: Asked, again: string | null) => (asked.value === null ? [] : [check(FORMULA_AGAIN, asked.value, again)]);

const engagement: Explainer = async (asked) => {
  const units = (await unitsOf(asked)).filter(({ unit }) => engagementTerm(unit) !== null);
  const rows = units.map(({ unit }) => unit);
  const counted = (unit: ValueUnitRow) => unit.gross - (unit.excluded ?? 0n);
  const sum = (term: 'reaction' | 'reach') =>
    rows.filter((unit) => engagementTerm(unit) === term).reduce((total, unit) => total + counted(unit), 0n);
  const [reactions, reach] = [sum('reaction'), sum('reach')];
  const amount = Object.assign((unit: ValueUnitRow) => `${engagementTerm(unit)} ${counted(unit)}`, { counts: 'engaged' as const });
  return {
    filled: `1,000 × ${grouped(reactions)} ÷ ${grouped(reach)} = ${textOf(asked.value)}`,
    inputs: [percentileInput(asked, 'engagement')],
    rows: await pageOf<PlacedUnit>(units, asked.rows, {
      of: { zh: '互动（分子）与观看、播放（分母）的数量', en: 'units of reactions (above) and of views and plays (below)' },
      place: placeOfUnit,
      rows: (page) => unitRows(asked, page, amount),
    }),
    checks: checked(asked, reach <= 0n ? null : shown(1000n * reactions, reach)),
  };
};

const cadence: Explainer = async (asked) => {
  const { context, group } = asked;
  const [slice] = await readSlices([context]);
  const own = slice.sessions.filter((row) => context.byKey.has(row.accountKey) && context.groupOf(row.accountKey, row.at) === group);
  const days = [...new Set(own.flatMap(({ liveDays }) => liveDays))].sort();
  return {
    filled: `|days with a session of ≥ ${context.policy.cadenceMinSessionMinutes} min| = ${days.length}`,
    inputs: [percentileInput(asked, 'cadence')],
    rows: await pageOf(days, asked.rows, {
      of: { zh: '业务日（每行计 1），附当日场次', en: 'business days (each counts 1), with their sessions' },
      place: (day) => day,
      rows: async (page) => {
        const sessions = asked.rows.nested
          ? (await evidenceOf(asked).sessions()).map((one) => ({ one, day: businessDay(one.startedAt, context.zone) }))
          : [];
        const wanted = sessions.filter(({ day }) => page.includes(day));
        const rows = await sessionRows(
          asked,
          wanted.map(({ one }) => one),
          () => '0',
        );
        return page.map((day): ExplainRow => ({
          kind: 'day',
          id: day,
          amount: '1',
          fields: { day },
          rows: rows.filter((_, at) => wanted[at].day === day),
        }));
      },
    }),
    checks: checked(asked, String(days.length)),
  };
};

interface Followed {
  accountKey: string;
  last: bigint;
  before: bigint;
}

const OF_FOLLOWERS: Bilingual = {
  zh: '账号的粉丝读数：期末与此前最后一次',
  en: 'follower readings of accounts: last in the period, last before it',
};

const LAST_DAYS = `
SELECT
  toString(account_key) AS accountKey,
  toString(maxIf(day, day < {fromDay: Date})) AS beforeDay,
  toString(maxIf(day, day < {toDay: Date})) AS lastDay
FROM facts(follower_readings)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)}
GROUP BY account_key`;

const growth: Explainer = async (asked) => {
  const { context, ask, group } = asked;
  const window = {
    brandId: ask.brand.brandId,
    zone: context.zone,
    fromDay: context.period.fromDay,
    toDay: context.period.toDay,
    sourceOrder: context.policy.sourceOrder,
    accountKeys: accountsOf(asked),
  };
  const readings = (await readFollowers(context.warehouse, window)).filter(
    (row) =>
      context.groupOf(row.accountKey, context.period.to - 1) === group &&
      row.month >= context.period.fromDay.slice(0, 7) &&
      row.month <= context.period.lastMonth,
  );
  const followed = [...groupedBy(readings, ({ accountKey }) => accountKey)].flatMap(([accountKey, own]): Followed[] => {
    const months = [...own].sort((a, b) => (a.month < b.month ? -1 : 1));
    return months[0].before === null ? [] : [{ accountKey, before: months[0].before, last: months[months.length - 1].last }];
  });
  const [last, before] = [followed.reduce((sum, own) => sum + own.last, 0n), followed.reduce((sum, own) => sum + own.before, 0n)];
  return {
    filled: `(${grouped(last)} − ${grouped(before)}) ÷ ${grouped(before)} = ${textOf(asked.value)}`,
    inputs: [percentileInput(asked, 'growth')],
    rows: await pageOf(followed, asked.rows, {
      of: OF_FOLLOWERS,
      place: ({ accountKey }) => accountKey.padStart(20, '0'),
      rows: (page) => followerRows(asked, page),
    }),
    checks: checked(asked, before <= 0n ? null : shown(last - before, before)),
  };
};

async function followerRows(asked: Asked, page: readonly Followed[]): Promise<ExplainRow[]> {
  const { context, ask, dataSource } = asked;
  const accountKeys = page.map(({ accountKey }) => accountKey);
  const { fromDay, toDay, zone } = { ...context.period, zone: context.zone };
  const days = await context.warehouse.query<{ accountKey: string; beforeDay: string; lastDay: string }>({
    name: 'explain.follower_days',
    sql: LAST_DAYS,
    params: { brandId: ask.brand.brandId, accounts: accountKeys.map(BigInt), fromDay, toDay, zone },
  });
  const said = !asked.rows.nested
    ? []
    : await readSaid(context.warehouse, followerReadingsTable, {
        brandId: ask.brand.brandId,
        accountKeys,
        narrow: ' AND toString(day) IN {days: Array(String)}',
        params: { days: [...new Set(days.flatMap(({ beforeDay, lastDay }) => [beforeDay, lastDay]))] },
        fields: ['total'],
      });
  const known = await new DeliveryList(dataSource, ask.brand.brandId).find(said.map(({ deliveryId }) => deliveryId));
  return page.map(({ accountKey, last, before }): ExplainRow => {
    const own = days.find((one) => one.accountKey === accountKey);
    const reading = (day: string | undefined, total: bigint): ExplainRow => ({
      kind: 'follower-reading',
      id: day ?? '',
      amount: total.toString(),
      fields: { day: day ?? null, total: Number(total) },
      rows: deliveryRows(
        said.filter(({ identity }) => identity.account_key === accountKey && identity.day === day),
        known,
        context.policy.sourceOrder,
      ),
    });
    return {
      kind: 'account',
      id: accountName(asked, accountKey),
      amount: (last - before).toString(),
      fields: { last: Number(last), before: Number(before), untilDay: addDays(toDay, -1) },
      rows: [reading(own?.beforeDay, before), reading(own?.lastDay, last)],
    };
  });
}

/** The parts of the score (domain.md 6.1). */
export const PART_EXPLAINERS: Record<ScorePart, Explainer> = {
  showroom: ofPeers('showroom'),
  value: ofPeers('value'),
  loyalty: ofPeers('loyalty'),
  engagement,
  cadence,
  growth,
};
