import { businessDay, businessMonth, monthPeriod, type Period, type SignalParameters, type SignalRow } from '@app/contracts';
import { median } from '../../calibration/robust';
import { historyOf, sizedStrength, sizedTails, type SizedTails } from '../../calibration/size-class';
import type { Detector, DetectorScope, Finding, Findings, ScannedAccount } from '../../detector';
import { asked, entryChunks, entryParameters } from '../../facts/viewer-entries';
import { ANY_READING, comesOften, ENTRY_SETTINGS, type EntryReading, inorganicEntries, toldEntries } from '../../facts/viewer-entries.sql';
import { grouped } from '../../grouped';
import { visitExcess, type VisitCounts, type VisitExcess } from './visit-excess';

const NAME = 'thresholdGaming';
const VIEWERS = 20;
const DAYS = 9;
/** Months before what is judged that are enough to say alone what is honest. */
const ENOUGH_MONTHS = 40;
const LATE_MS = 5 * 86_400_000;
const DAY_MS = 86_400_000;

/**
 * `person`: viewers of an account with the starts of their visits in the month (parameters `monthFrom`, `monthTo`), formed as everywhere (domain.md 3.2) from
 * the day before on. `even`: at least three pauses, the longest at most a fifth longer than the shortest.
 */
const PERSONS = (how: EntryReading): string => `${toldEntries(how)},
begun AS (
  SELECT
    account_key,
    viewer,
    viewer_key,
    entry_key,
    entered_ms,
    entered_ms - max(exit_ms) OVER (PARTITION BY account_key, viewer ORDER BY entered_ms ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= {gapMs: Int64} AS begins
  FROM told
  WHERE NOT sentinel AND NOT staff${comesOften(how, 2)}
),
person AS (
  SELECT
    account_key,
    viewer,
    arraySort(groupArrayIf(entered_ms, begins AND entered_ms >= {monthFrom: Int64} AND entered_ms < {monthTo: Int64})) AS starts,
    length(starts) AS visits,
    starts[-1] >= least({monthTo: Int64}, {loadTo: Int64}) - ${LATE_MS} AS late,
    arrayPopFront(arrayDifference(starts)) AS pauses,
    visits >= 4 AND arrayMax(pauses) <= 1.2 * arrayMin(pauses) AS even
  FROM begun
  GROUP BY
    account_key,
    viewer
  HAVING visits BETWEEN 2 AND 6
)`;

const TIMES = [2, 3, 4, 5, 6] as const;
const counts = (more: string): string => `[${TIMES.map((times) => `countIf(visits = ${times}${more})`).join(', ')}]`;
const COUNTS = (how: EntryReading): string => `WITH ${PERSONS(how)}
SELECT
  account_key AS account,
  ${counts('')} AS viewers,
  ${counts(' AND late')} AS lateViewers,
  ${counts(' AND even')} AS evenViewers,
  length(groupUniqArrayArray(arrayMap(start -> intDiv(start, ${DAY_MS}), starts))) AS days
FROM person
GROUP BY account_key
${ENTRY_SETTINGS}`;

const EVIDENCE = `WITH ${PERSONS(ANY_READING)}
SELECT
  visits,
  count() AS viewers,
  countIf(late) AS lastVisitInLastDays,
  countIf(even) AS equalPauses
FROM person
GROUP BY visits
ORDER BY visits
${ENTRY_SETTINGS}`;

/** Entries of the fourth visit of viewers with exactly four, that came late in the month or in equal steps. */
const REMOVAL = inorganicEntries(
  `${PERSONS(ANY_READING)},
lifted AS (
  SELECT
    begun.account_key AS account_key,
    viewer_key,
    entry_key,
    entered_ms
  FROM begun
  INNER JOIN person ON person.account_key = begun.account_key AND person.viewer = begun.viewer
  WHERE visits = 4 AND (late OR even) AND entered_ms >= starts[4] AND entered_ms < {monthTo: Int64}
)`,
  'true',
  'lifted',
);

/** Viewers lifted to exactly the number of visits that counts. */
export const thresholdGaming: Detector = {
  name: NAME,
  version: 2,
  family: 'policy',
  tier: 'T3',
  title: { zh: '卡线到访', en: 'Threshold gaming' },
  text: {
    zh: '一个月里恰好到访 4 次的观众，是否比由 2、3、5、6 次的人数推算的多；多出的人是否集中在月末补上第四次，或以相等间隔到访。真实直播间 n4÷√(n3·n5) 约为 1.07。',
    en: 'Whether more viewers of a month have exactly four visits than those with two, three, five and six let expect; and whether they make the fourth one in the last days or in equal steps. In honest rooms n4 ÷ √(n3·n5) is about 1.07.',
  },
  weaknesses: {
    zh: '每月直播天数少于 9 天时，四次可能就是全部场次，不评估；同时抬高 5 次、6 次的做法看不出。',
    en: 'With fewer than nine days of sessions in a month four may be all there are: not assessed. Lifting to five and six as well is not seen.',
  },
  inputs: ['entries'],
  parameters: { lateDays: { value: 5, unit: 'days', text: { zh: '月末天数', en: 'last days of the month' } } },
  minimumSample: {
    viewers: { value: VIEWERS, unit: 'viewers', text: { zh: '到访 3–5 次的观众', en: 'viewers with three to five visits' } },
    days: { value: DAYS, unit: 'days', text: { zh: '有到访的天数', en: 'days with visits' } },
  },
  run,
};

interface CountRow {
  account: string;
  viewers: string[];
  lateViewers: string[];
  evenViewers: string[];
  days: string;
}
interface Judged {
  account: ScannedAccount;
  month: Period;
  counts: VisitCounts;
  excess: VisitExcess;
  days: number;
  rows: SignalRow[];
}

async function run(scope: DetectorScope): Promise<Findings> {
  const judged: Judged[] = [];
  const chunks = await entryChunks(scope);
  for (const month of monthsOf(scope))
    for (const chunk of chunks) {
      const sql = COUNTS(chunk);
      const params = asked(sql, parametersOf(scope, chunk.accounts, month));
      for (const row of await scope.query<CountRow>({ name: 'integrity.visit-counts', sql, params, maxSeconds: 300 })) {
        const account = scope.accountOf(row.account);
        const counts = countsOf(row);
        if (account) judged.push({ account, month, counts, excess: visitExcess(counts), days: Number(row.days), rows: rowsOf(row) });
      }
    }
  const enough = judged.filter(isEnough);
  const months = grouped(enough, ({ account }) => account.key);
  const scoreOf = (one: Judged): number => beyondOwn(one, months.get(one.account.key) ?? []);
  const tails = await scope.reference<SizedTails>(NAME, () => {
    const honest = historyOf(enough, ({ month }) => !isJudged(scope, month), ENOUGH_MONTHS);
    return Promise.resolve(sizedTails(honest.map((one) => ({ size: sizeOf(one.counts), score: scoreOf(one) }))));
  });
  return {
    findings: enough.flatMap((one) => {
      const strength = sizedStrength(tails, sizeOf(one.counts), scoreOf(one));
      return strength >= 0.9 && isJudged(scope, one.month) ? [findingOf(scope, one, strength)] : [];
    }),
    notAssessable: chunks
      .flatMap(({ accounts }) => accounts)
      .filter((account) => !months.has(account))
      .flatMap((account) => {
        const known = scope.accountOf(account);
        return known
          ? [{ subject: { kind: 'account' as const, platform: known.platform, accountId: known.accountId }, reason: TOO_FEW }]
          : [];
      }),
  };
}

const TOO_FEW = {
  zh: `没有一个月同时有 ${VIEWERS} 名到访 3–5 次的观众和 ${DAYS} 天有到访`,
  en: `No month with ${VIEWERS} viewers of three to five visits and ${DAYS} days with visits`,
};

/** A room whose months always lie above or below the curve is its own measure, as far as a month or two can tell. */
const OWN_WEIGHT = 0.5;
function beyondOwn({ month, excess }: Judged, own: readonly Judged[]): number {
  const before = own.filter((one) => one.month.from < month.from).map((one) => one.excess.z.score);
  return before.length === 0 ? excess.z.score : excess.z.score - OWN_WEIGHT * median(before);
}

/** Months of which most lies in what is judged; earlier ones are reference only. */
const isJudged = (scope: DetectorScope, { from, to }: Period): boolean => Math.max(from, scope.judgedFrom) - from < (to - from) / 2;

const sizeOf = ({ viewers }: VisitCounts): number => viewers[1] + viewers[2] + viewers[3];
const isEnough = ({ counts, days }: Judged): boolean => sizeOf(counts) >= VIEWERS && days >= DAYS;
function countsOf({ viewers, lateViewers, evenViewers }: CountRow): VisitCounts {
  const [, late3, late4, late5] = lateViewers.map(Number);
  const [, , even4, even5] = evenViewers.map(Number);
  const [n2, n3, n4, n5, n6] = viewers.map(Number);
  return { viewers: [n2, n3, n4, n5, n6], late: [late3, late4, late5], even: [even4, even5] };
}
const rowsOf = ({ viewers, lateViewers, evenViewers }: CountRow): SignalRow[] =>
  TIMES.flatMap((visits, at) =>
    Number(viewers[at]) > 0
      ? [{ visits, viewers: Number(viewers[at]), lastVisitInLastDays: Number(lateViewers[at]), equalPauses: Number(evenViewers[at]) }]
      : [],
  );

/** Business months of what is loaded; the running one as far as it goes. */
function monthsOf(scope: DetectorScope): Period[] {
  const months: Period[] = [];
  let month = monthPeriod(businessMonth(scope.historyFrom, scope.zone), scope.zone);
  while (month.from < scope.window.to) {
    if (month.from >= scope.historyFrom) months.push(month);
    month = monthPeriod(businessMonth(month.to + DAY_MS, scope.zone), scope.zone);
  }
  return months;
}

function parametersOf(scope: DetectorScope, accounts: readonly string[], month: Period): SignalParameters {
  const policy = scope.state.policies.filter(({ fromMonth }) => fromMonth <= businessMonth(month.from, scope.zone)).at(-1);
  return {
    ...entryParameters(scope, accounts, { from: month.from - DAY_MS, to: Math.min(month.to, scope.window.to) }),
    ...{ gapMs: (policy?.visitGapMinutes ?? 30) * 60_000, monthFrom: month.from, monthTo: month.to },
  };
}

function findingOf(scope: DetectorScope, { account, month, counts, excess, rows }: Judged, strength: number): Finding {
  const place = { platform: account.platform, accountId: account.accountId };
  const parameters = parametersOf(scope, [account.key], month);
  const four = counts.viewers[2];
  const some = (value: number): number => Math.round(value * 100) / 100;
  const quantile = Math.round(strength * 1e5) / 1e5;
  const marked = counts.late[1] + counts.even[0];
  return {
    subject: { kind: 'account', ...place },
    window: { from: month.from, to: Math.min(month.to, scope.window.to) },
    strength,
    evidence: {
      text: {
        zh: `${businessMonth(month.from, scope.zone)}：恰好到访 4 次的观众 ${four} 人，由 2、3、5、6 次推算约 ${Math.round(excess.expected)} 人；其中 ${counts.late[1]} 人的第四次在 ${businessDay(Math.min(month.to, scope.window.to) - LATE_MS, scope.zone)} 以后，${counts.even[0]} 人间隔相等。`,
        en: `${businessMonth(month.from, scope.zone)}: ${four} viewers have exactly four visits; two, three, five and six let expect about ${Math.round(excess.expected)}. ${counts.late[1]} made the fourth from ${businessDay(Math.min(month.to, scope.window.to) - LATE_MS, scope.zone)} on, ${counts.even[0]} came in equal steps.`,
      },
      figures: [
        {
          ...{ name: 'exactlyFour', label: { zh: '恰好 4 次的观众', en: 'Viewers with exactly four visits' } },
          ...{ value: four, ownReference: some(excess.expected), peerReference: null, honestQuantile: quantile },
        },
        {
          ...{ name: 'fourRatio', label: { zh: 'n4÷√(n3·n5)', en: 'n4 ÷ √(n3·n5)' } },
          ...{ value: excess.ratio === null ? null : some(excess.ratio), ownReference: null, peerReference: 1.07, honestQuantile: null },
        },
      ],
      rows,
      removes:
        marked > 0
          ? [
              {
                ...{ kind: 'entries', ...place, count: Math.min(four, marked), low: 0, high: marked },
                ...{ sql: REMOVAL, parameters },
              },
            ]
          : undefined,
      ...{ sql: EVIDENCE, parameters },
    },
  };
}
