import type { SignalParameters, SignalRow } from '@app/contracts';
import { explainedBy } from '../../calibration/declared';
import { historyOf, SESSION_FLOOR, sizedStrength, sizedTails, type SizedTails } from '../../calibration/size-class';
import { strengthOfLooks } from '../../calibration/tail';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { percent } from '../../facts/percent';
import { sessionShapes, type RoomShape } from '../../facts/session-shapes';
import { around, entryParameters } from '../../facts/viewer-entries';
import { ANY_READING, ENTRY_SETTINGS, seenEntries, START_BIN, STAY_BIN } from '../../facts/viewer-entries.sql';
import { peelRooms, peeledEntries, type PeeledRoom } from './peeled-views';
import {
  deviations,
  divergenceSpread,
  fitOwn,
  LEAST_COMPANY,
  NOTHING_ODD,
  withCompany,
  type Company,
  type DivergenceSpread,
  type FittedShape,
} from './shape-scores';
import { STAY_BINS, addTable, emptyTable, stayTable } from './stay-shape';
import { grouped } from '../../grouped';

const NAME = 'startStayShape';
/** Views in the cells below which a session is not judged. */
const VIEWS = 50;
/** Below this share of views in cells that no honest crowd explains, nothing is found. */
const EXCESS = 0.04;
/** Whoever gathers for a declared event watches together; how many they are, nobody declares: up to this share is theirs. */
const GATHERING = 0.25;
/** Sessions without which there is nothing to compare with. */
const SESSIONS = 5;
const ROWS = 10;

type Judged = RoomShape & { views: number; lengthSeconds: number; past: boolean };

/** Fitted sessions by account: those that made the reference need not be fitted again. */
type Fits = Map<string, FittedShape<Judged>[]>;

interface Reference {
  peers: { left: number[]; risk: number[] };
  usual: DivergenceSpread;
  /** Of a session alone, and of it together with those of the week around. */
  tails: SizedTails;
  company: SizedTails;
}

/** Start × stay of a session as a table: views above what the best honest audience gives. Same numbers and order as `tableOf`. */
const EVIDENCE = `WITH ${seenEntries(ANY_READING)}
SELECT
  ${START_BIN} + 1 AS startTwelfth,
  ${STAY_BIN} AS stayBin,
  count() AS views,
  {expected: Array(Float64)}[(startTwelfth - 1) * ${STAY_BINS} + stayBin + 1] AS expected
FROM seen
WHERE session_id = {session: String} AND dwell IS NOT NULL AND NOT explained
GROUP BY
  startTwelfth,
  stayBin
HAVING views > expected
ORDER BY
  views - expected DESC,
  startTwelfth,
  stayBin
LIMIT ${ROWS}
${ENTRY_SETTINGS}`;

/**
 * FLOCK (arXiv 1610.01096), with two changes: when views start is free (guests, reposts and hits start views at any time), and the reference is a mixture of
 * more and less patient parts of the room's own audience.
 */
export const startStayShape: Detector = {
  name: NAME,
  version: 2,
  family: 'viewer',
  tier: 'T3',
  title: { zh: '进房与停留形状', en: 'Start × stay shape' },
  text: {
    zh: '把一场直播的观看按进房时间和停留时长放入表格，与本账号其他场次（不含本场）在同样开始时间下应有的停留分布比较。任何真实人群都解释不了的格子，就是可疑观看，并逐条给出应剔除的进房记录。',
    en: 'Puts the views of a session into a table of when they start and how long they stay, and compares it with the stays that the other sessions of the account let expect for the same starts. Views in cells that no honest crowd fills are suspect, and are listed one by one.',
  },
  weaknesses: {
    zh: '停留时间按真实分布模拟的机器人与真人形状相同，本方法看不出；每场少于 50 条已知停留的观看时不评估；不说明是谁所为。',
    en: 'Bots that stay as people do have the same shape and are not seen; under 50 views with a known stay a session is not assessed; it does not say whose doing it is.',
  },
  inputs: ['entries', 'sessions'],
  parameters: {
    excess: { value: EXCESS, unit: 'share', text: { zh: '最少的无法解释观看占比', en: 'least share of unexplained views' } },
  },
  minimumSample: {
    views: { value: VIEWS, unit: 'views', text: { zh: '已知停留的观看数', en: 'views with a known stay' } },
    sessions: { value: SESSIONS, unit: 'sessions', text: { zh: '账号可比场次', en: 'comparable sessions of the account' } },
  },
  run,
};

async function run(scope: DetectorScope): Promise<Findings> {
  const rooms = (await sessionShapes(scope)).map((room) => judgedOf(room, scope.judgedFrom));
  const enough = rooms.filter(({ views }) => views >= VIEWS);
  const fits: Fits = new Map();
  // kept references of the first version know no company
  const reference = await scope.reference<Reference>(`${NAME}.2`, () => Promise.resolve(referenceOf(enough, fits)));
  const peers = { left: Float64Array.from(reference.peers.left), risk: Float64Array.from(reference.peers.risk) };
  const suspects: { fitted: FittedShape<Judged>; strength: number; score: number }[] = [];
  const notAssessable: Findings['notAssessable'] = [];
  const inWindow = ({ from }: Judged): boolean => from >= scope.judgedFrom && from < scope.window.to;
  for (const [account, own] of grouped(rooms, ({ account }) => account)) {
    const known = scope.accountOf(account);
    if (!known) continue;
    const judged = own.filter(({ views }) => views >= VIEWS);
    for (const room of own.filter(inWindow)) {
      const reason = reasonAgainst(room, judged.length);
      if (reason) notAssessable.push({ subject: { kind: 'session', ...placeOf(known), sessionId: room.sessionId }, reason });
    }
    if (judged.length < SESSIONS) continue;
    const fitted = fits.get(account) ?? fitOwn(judged, peers);
    const scores = deviations(fitted, reference.usual);
    const company = withCompany(
      fitted.map(({ shape }) => shape),
      scores,
    );
    fitted.forEach((one, at) => {
      const strength = strengthOfBoth(reference, one.shape.views, scores[at], company[at]);
      if (inWindow(one.shape) && strength >= SESSION_FLOOR && one.fit.excess >= EXCESS)
        suspects.push({ fitted: one, strength, score: scores[at] });
    });
  }
  const peeled = await peelRooms(
    scope,
    suspects.map(({ fitted: { shape, fit } }) => ({
      ...shape,
      chances: fit.chances,
      suspect: suspicion(shape, fit.chances),
      excess: fit.excess,
    })),
  );
  const findings = suspects.flatMap((suspect) => findingOf(scope, suspect, peeled) ?? []);
  return { findings, notAssessable };
}

/** The better of two looks. */
function strengthOfBoth({ tails, company }: Reference, views: number, alone: number, together: Company | null): number {
  const own = sizedStrength(tails, views, alone);
  if (together === null || together.company < LEAST_COMPANY) return own;
  return strengthOfLooks(Math.max(own, sizedStrength(company, views, together.score)), 2);
}

const placeOf = ({ platform, accountId }: { platform: 'douyin' | 'kuaishou' | 'channels'; accountId: string }) => ({ platform, accountId });
const judgedOf = (room: RoomShape, judgedFrom: number): Judged => ({
  ...room,
  past: room.from < judgedFrom,
  views: room.cells.reduce((sum, views) => sum + views, 0),
  lengthSeconds: Math.max(60, (room.to - room.from) / 1000),
});

function reasonAgainst(room: Judged, sessions: number) {
  if (room.explained > room.entries / 2)
    return { zh: '过半观看发生在已申报的活动前后', en: 'More than half of the views came or went around something declared' };
  if (room.unknown > room.entries / 2) return { zh: '过半观看没有停留时长', en: 'The stay of more than half of the views is unknown' };
  if (room.views < VIEWS) return { zh: `已知停留的观看少于 ${VIEWS} 条`, en: `Fewer than ${VIEWS} views with a known stay` };
  if (sessions < SESSIONS) return { zh: `账号可比场次少于 ${SESSIONS} 场`, en: `Fewer than ${SESSIONS} comparable sessions` };
  return null;
}

/** Measured on all accounts; their own sessions first, so that what differs between rooms is no deviation. */
function referenceOf(rooms: readonly Judged[], fits: Fits): Reference {
  const peers = emptyTable();
  for (const room of rooms) addTable(peers, stayTable(room));
  for (const [account, own] of grouped(rooms, (room) => room.account)) if (own.length >= SESSIONS) fits.set(account, fitOwn(own, peers));
  const fitted = [...fits.values()];
  const usual = divergenceSpread(fitted.flat());
  const scored = fitted.flatMap((own) => {
    const scores = deviations(own, usual);
    const company = withCompany(
      own.map(({ shape }) => shape),
      scores,
    );
    return own.map(({ shape }, at) => ({ size: shape.views, past: shape.past, score: scores[at], company: company[at] }));
  });
  // most sessions have nothing odd that company could add to: they are subjects, too
  const accompanied = scored.map(({ company, ...rest }) => ({ ...rest, score: company?.score ?? NOTHING_ODD }));
  return {
    peers: { left: [...peers.left], risk: [...peers.risk] },
    usual,
    // of all evenings: what honest ones do once in a while (a guest, a hit) may have no like in the history
    tails: sizedTails(scored),
    company: sizedTails(historyOf(accompanied, ({ past }) => past)),
  };
}

/** Chance that a view of a cell is one too many, by its cell alone. */
function suspicion({ cells }: Judged, chances: ArrayLike<number>): number[] {
  const suspect: number[] = [];
  for (let start = 0; start < cells.length; start += STAY_BINS) {
    let started = 0;
    for (let stay = 0; stay < STAY_BINS; stay++) started += cells[start + stay];
    for (let stay = 0; stay < STAY_BINS; stay++) {
      const views = cells[start + stay];
      suspect.push(views > 0 ? Math.max(0.01, 1 - (started * chances[start + stay]) / views) : 0);
    }
  }
  return suspect;
}

function findingOf(
  scope: DetectorScope,
  { fitted: { shape, fit }, strength, score }: { fitted: FittedShape<Judged>; strength: number; score: number },
  peeled: ReadonlyMap<string, PeeledRoom>,
): Finding | null {
  const account = scope.accountOf(shape.account)!;
  const split = peeled.get(`${shape.account}/${shape.sessionId}`);
  const removed = split?.peel.views ?? Math.round(fit.excess * shape.views);
  const declared = explainedBy(scope.declared(shape.account), shape);
  if (declared.outage || (declared.statedViews ?? 0) >= 0.8 * removed) return null;
  if (declared.kinds.includes('event') && fit.excess < GATHERING) return null;
  const expected = expectedOf(shape, fit.chances);
  const parameters: SignalParameters = {
    ...entryParameters(scope, [shape.account], around(scope, shape)),
    ...{ session: shape.sessionId, expected },
  };
  const share = removed / shape.views;
  const quantile = Math.round(strength * 1e5) / 1e5;
  return {
    subject: { kind: 'session', ...placeOf(account), sessionId: shape.sessionId },
    window: { from: shape.from, to: shape.to },
    strength,
    evidence: {
      text: {
        zh: `${shape.views} 条观看中约 ${removed} 条（${percent(share)}）的进房与停留组合，是本账号任何真实人群都没有的形状。`,
        en: `About ${removed} of ${shape.views} views (${percent(share)}) start and stay in a way that no honest crowd of this room does.`,
      },
      figures: [
        {
          ...{ name: 'unexplainedShare', label: { zh: '无法解释的观看占比', en: 'Share of views that nothing explains' } },
          ...{ value: Math.round(fit.excess * 1e4) / 1e4, ownReference: 0, peerReference: null, honestQuantile: quantile },
        },
        {
          ...{
            name: 'shapeDeviation',
            label: { zh: '形状偏离（以真实场次的波动为单位）', en: 'Deviation of the shape, in units of how honest sessions differ' },
          },
          ...{ value: Math.round(score * 100) / 100, ownReference: 0, peerReference: null, honestQuantile: quantile },
        },
      ],
      rows: tableOf(shape, expected),
      removes: split && split.peel.views > 0 ? [peeledEntries(scope, account, shape.sessionId, split)] : undefined,
      sql: EVIDENCE,
      parameters,
    },
  };
}

const expectedOf = ({ cells }: Judged, chances: ArrayLike<number>): number[] =>
  Array.from(cells, (_, cell) => {
    const start = cell - (cell % STAY_BINS);
    let started = 0;
    for (let stay = 0; stay < STAY_BINS; stay++) started += cells[start + stay];
    return Math.round(started * chances[cell] * 10) / 10;
  });

function tableOf({ cells }: Judged, expected: readonly number[]): SignalRow[] {
  return Array.from(cells, (views, cell) => ({
    ...{ startTwelfth: Math.floor(cell / STAY_BINS) + 1, stayBin: cell % STAY_BINS },
    ...{ views, expected: expected[cell] },
  }))
    .filter(({ views, expected: usual }) => views > usual)
    .sort((a, b) => b.views - b.expected - (a.views - a.expected) || a.startTwelfth - b.startTwelfth || a.stayBin - b.stayBin)
    .slice(0, ROWS);
}
