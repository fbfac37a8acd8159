import type { SignalParameters, SignalRow } from '@app/contracts';
import { median, robustLine, spread } from '../../calibration/robust';
import { withoutFar } from '../../calibration/size-class';
import { honestTail, strengthOf, strengthOfLooks, type HonestTail } from '../../calibration/tail';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { asked, entryChunks, entryParameters } from '../../facts/viewer-entries';
import { grouped } from '../../grouped';
import { sessionShapes } from '../../facts/session-shapes';
import { attendanceFinding } from './attendance-finding';
import { attendanceReference, readAttendances, type AttendanceReference } from './attendance.reader';
import { largestBatch } from './batches';
import { ATTENDED, CONSTANT_EVIDENCE, CONSTANT_REMOVAL, COUNTS, EARLY, ROWS, SESSIONS, STEADY, STEADY_SESSIONS } from './habits.sql';

const NAME = 'staffFarm';
const DAY_MS = 86_400_000;
/** Undeclared people of the house: so few are nobody's farm. */
const FEW = 5;
/** So many begin in one week by chance. */
const FEW_AT_ONCE = 3;
/** Within so long a batch begins, and so long after the first session: before that nobody can be told to be new. */
const BATCH_MS = 7 * DAY_MS;
const SETTLED_MS = 14 * DAY_MS;
const LOOKS = 3;

/** Phone farms and undeclared staff: accounts that are always there, from the first minute. */
export const staffFarm: Detector = {
  name: NAME,
  version: 2,
  family: 'self',
  tier: 'T3',
  title: { zh: '常驻账号', en: 'Always-present accounts' },
  text: {
    zh: '统计自首次出现后参加了六成以上场次、且大多在开播三分钟内进房的观众；与规模相近的账号相比是否过多，或是否在同一周成批出现。另与本账号此前同样长的时段相比：参加三、五、七成以上场次的人是否变多，常客的整体增减已扣除。已申报的员工不计。',
    en: 'Counts viewers who, since they first appeared, were in six sessions of ten or more and mostly from the first three minutes; whether they are more than in rooms with as many regulars, and whether a batch of them began within one week. And against the room’s own spans of that length before: whether more are in three, five or seven sessions of ten, beyond how its regulars have grown. Declared staff do not count.',
  },
  weaknesses: {
    zh: '轮换账号、错开进房时间的群控看不出；未申报的员工与家人看起来一样，请先申报。',
    en: 'Farms that rotate accounts or spread their entries are not seen; undeclared staff and family look alike: declare them.',
  },
  inputs: ['entries', 'sessions', 'declarations'],
  parameters: {
    attended: { value: ATTENDED, unit: 'share', text: { zh: '参加场次占比', en: 'share of sessions attended' } },
    few: { value: FEW, unit: 'viewers', text: { zh: '此数以下不报告', en: 'as few are no finding' } },
  },
  minimumSample: { sessions: { value: SESSIONS + 2, unit: 'sessions', text: { zh: '有观众记录的场次', en: 'sessions with viewers' } } },
  run,
};

interface Constant {
  first: number;
  sessions: number;
  possible: number;
  early: number;
}
interface House {
  account: string;
  regulars: number;
  sessions: number;
  /** Always there from the first minutes. */
  constants: Constant[];
  /** These, and who is always there whenever they come. */
  steady: Constant[];
  batch: { count: number; from: number };
}
interface Reference {
  line: { slope: number; intercept: number };
  width: number;
  all: HonestTail;
  batch: HonestTail;
}

async function run(scope: DetectorScope): Promise<Findings> {
  const houses = await readHouses(scope);
  const enough = houses.filter(({ sessions }) => sessions >= SESSIONS + 2);
  const reference = await scope.reference<Reference>(NAME, () => Promise.resolve(referenceOf(enough)));
  const attendances = await readAttendances(scope);
  const usual = await scope.reference<AttendanceReference>(`${NAME}.attendance`, () =>
    Promise.resolve(attendanceReference(attendances.values())),
  );
  return {
    // two findings of one account have one id: the stronger stays
    findings: [
      ...enough.flatMap((house) => findingOf(scope, house, reference) ?? []),
      ...[...attendances].flatMap(([account, room]) => attendanceFinding(scope, account, room, { reference: usual, looks: LOOKS }) ?? []),
    ],
    notAssessable: (await entryChunks(scope))
      .flatMap(({ accounts }) => accounts)
      .filter((account) => !enough.some((house) => house.account === account))
      .flatMap((account) => {
        const known = scope.accountOf(account);
        return known
          ? [{ subject: { kind: 'account' as const, platform: known.platform, accountId: known.accountId }, reason: TOO_FEW }]
          : [];
      }),
  };
}

const TOO_FEW = {
  zh: `有可识别观众的场次少于 ${SESSIONS + 2} 场，或没有常来的观众`,
  en: `Fewer than ${SESSIONS + 2} sessions with viewers who can be told apart, or nobody who comes often`,
};

type HouseRow = Record<'account' | 'regulars', string> & { candidates: [string, string, string][] };

async function readHouses(scope: DetectorScope): Promise<House[]> {
  const span = { from: scope.historyFrom, to: scope.window.to };
  const rooms = grouped(await sessionShapes(scope), ({ account }) => account);
  const houses: House[] = [];
  for (const chunk of await entryChunks(scope)) {
    const sql = COUNTS({ ...chunk, numbered: true });
    const rows = await scope.query<HouseRow>({
      ...{ name: 'integrity.constant-viewers', sql, maxSeconds: 300 },
      params: asked(sql, entryParameters(scope, chunk.accounts, span)),
    });
    for (const row of rows)
      houses.push(
        houseOf(
          scope,
          row,
          (rooms.get(row.account) ?? []).map(({ from }) => from),
        ),
      );
  }
  return houses;
}

/** `starts`: of the room's sessions, ascending. */
function houseOf(scope: DetectorScope, { account, regulars, candidates }: HouseRow, starts: readonly number[]): House {
  const all = candidates
    .map(([first, sessions, early]): Constant => ({
      ...{ first: Number(first), sessions: Number(sessions), early: Number(early) },
      possible: starts.filter((start) => start >= Number(first)).length,
    }))
    .filter(({ possible }) => possible >= SESSIONS)
    .sort((a, b) => a.first - b.first || b.sessions - a.sessions || b.early - a.early);
  const constants = all.filter(isPrompt);
  const steady = all.filter((one) => isPrompt(one) || (one.sessions >= STEADY_SESSIONS && one.sessions >= STEADY * one.possible));
  const settled = Math.max(scope.judgedFrom - BATCH_MS, (starts[0] ?? 0) + SETTLED_MS);
  const begun = steady.map(({ first }) => first).filter((first) => first >= settled);
  return { account, regulars: Number(regulars), sessions: starts.length, constants, steady, batch: largestBatch(begun, BATCH_MS) };
}

const isPrompt = ({ sessions, possible, early }: Constant): boolean => sessions >= ATTENDED * possible && early >= EARLY * sessions;

function referenceOf(houses: readonly House[]): Reference {
  const points = houses.map(({ regulars, constants }) => [Math.log1p(regulars), Math.log1p(constants.length)] as const);
  const sample = points.length > 400 ? points.filter((_, at) => at % Math.ceil(points.length / 400) === 0) : points;
  const line = robustLine(sample) ?? { slope: 0, intercept: points.length > 0 ? median(points.map(([, y]) => y)) : 0 };
  const rests = points.map(([x, y]) => y - line.intercept - line.slope * x);
  const width = Math.max(0.25, rests.length > 1 ? spread(rests, 0) : 0);
  const tailOf = (scores: number[]) => honestTail(withoutFar(scores));
  return {
    ...{ line, width, all: tailOf(rests.map((rest) => rest / width)) },
    batch: tailOf(houses.map(({ batch }) => batchScore(batch.count))),
  };
}

/** Two newcomers in a week are nothing. */
const batchScore = (count: number): number => Math.max(0, count - 1) / 1.5;

function findingOf(scope: DetectorScope, house: House, { line, width, all, batch }: Reference): Finding | null {
  const account = scope.accountOf(house.account);
  if (!account) return null;
  const expected = Math.expm1(Math.max(0, line.intercept + line.slope * Math.log1p(house.regulars)));
  const score = (Math.log1p(house.constants.length) - line.intercept - line.slope * Math.log1p(house.regulars)) / width;
  const many = house.constants.length - expected > FEW ? strengthOfLooks(strengthOf(all, score), LOOKS) : 0;
  const batched = house.batch.count > FEW_AT_ONCE ? strengthOfLooks(strengthOf(batch, batchScore(house.batch.count)), LOOKS) : 0;
  const strength = Math.max(many, batched);
  if (strength < 0.9) return null;
  const isBatch = batched >= many;
  const count = isBatch ? house.batch.count : house.constants.length;
  const place = { platform: account.platform, accountId: account.accountId };
  const parameters: SignalParameters = {
    ...entryParameters(scope, [house.account], { from: scope.historyFrom, to: scope.window.to }),
    firstFrom: isBatch ? house.batch.from : 0,
    firstTo: isBatch ? house.batch.from + BATCH_MS : scope.window.to,
    steady: Number(isBatch),
  };
  const entries = Math.round(
    count * ATTENDED * house.sessions * ((scope.window.to - scope.judgedFrom) / (scope.window.to - scope.historyFrom)),
  );
  return {
    subject: { kind: 'account', ...place },
    window: { from: scope.judgedFrom, to: scope.window.to },
    standing: true,
    strength,
    evidence: {
      text: isBatch
        ? {
            zh: `${count} 个未申报的账号在同一周首次出现，此后参加了大多数场次。`,
            en: `${count} undeclared accounts first appeared within one week and were in most sessions since then.`,
          }
        : {
            zh: `${count} 个未申报的账号参加了大多数场次，且多在开播三分钟内进房；常客规模相近的账号约有 ${expected.toFixed(1)} 个。`,
            en: `${count} undeclared accounts were in most sessions, mostly from the first three minutes; rooms with as many regulars have about ${expected.toFixed(1)}.`,
          },
      figures: [
        {
          ...{ name: 'constantViewers', label: { zh: '常驻账号数', en: 'Always-present accounts' }, value: house.constants.length },
          ...{ ownReference: null, peerReference: Math.round(expected * 10) / 10, honestQuantile: Math.round(many * 1e5) / 1e5 },
        },
        {
          ...{ name: 'newWithinAWeek', label: { zh: '同一周新出现的', en: 'Begun within one week' }, value: house.batch.count },
          ...{ ownReference: null, peerReference: null, honestQuantile: Math.round(batched * 1e5) / 1e5 },
        },
      ],
      rows: rowsOf(isBatch ? house.steady : house.constants, parameters),
      removes: [
        { kind: 'entries', ...place, count: entries, low: Math.round(entries / 2), high: entries * 2, sql: CONSTANT_REMOVAL, parameters },
      ],
      ...{ sql: CONSTANT_EVIDENCE, parameters },
    },
  };
}

const rowsOf = (constants: readonly Constant[], { firstFrom, firstTo }: SignalParameters): SignalRow[] =>
  constants
    .filter(({ first }) => first >= Number(firstFrom) && first < Number(firstTo))
    .slice(0, ROWS)
    .map(({ first, sessions, possible, early }, at) => ({
      viewer: at + 1,
      firstSession: new Date(first).toISOString().replace('T', ' ').replace('Z', ''),
      ...{ sessions, sessionsSince: possible, fromTheFirstMinutes: early },
    }));
