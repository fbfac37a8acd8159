import type { DetectorScope, ScannedAccount } from '../detector';
import type { SignalRow } from '@app/contracts';
import type { Series } from '../calibration/drift';
import { grouped } from '../grouped';
import { dayText, type EvidenceSource } from './drift-evidence';
import { readSessionSeries } from './session-series';
import { readSessionTotals } from './session-totals.reader';
import { asked, entryChunks, entryParameters } from './viewer-entries';
import { ANY_READING, comesOften, comesOnce, ENTRY_SETTINGS, type EntryReading, seenEntries } from './viewer-entries.sql';

/** Who was in the room within so long before is a returning viewer. */
export const RECENT_DAYS = 14;
const DAY_MS = 86_400_000;
const RECENT_MS = RECENT_DAYS * DAY_MS;
/** Whoever comes for the first time and again within so long has stayed. */
export const AGAIN_DAYS = 10;
const AGAIN_MS = AGAIN_DAYS * DAY_MS;
/** Messages of one person from which on their pauses have a rhythm. */
const RHYTHM = 3;

/** Who was in a session and who talked, as counts of persons where nothing else is said. Staff and sentinel ids are nobody. */
const COUNTS = {
  persons: 'count()',
  entries: 'sum(entered)',
  returning: 'sum(returned)',
  /** Of those who were not there before: who comes again within `AGAIN_DAYS`. */
  keptStrangers: 'countIf(NOT returned AND comes_again)',
  toldNew: 'countIf(fresh >= 0)',
  newOnes: 'countIf(fresh > 0)',
  /** With a known stay; of these gone within 15 seconds, and there for ten minutes. */
  stayed: 'countIf(stay >= 0)',
  gone: 'countIf(stay >= 0 AND stay < 15)',
  long: 'countIf(stay >= 600)',
  /** Mean and standard deviation of ln(seconds + 1). */
  stayMean: 'avgIf(log(stay + 1), stay >= 0)',
  staySpread: 'stddevPopIf(log(stay + 1), stay >= 0)',
  /** Of those who entered: who talked, of these the newly registered (of those of whom it is told), those who return, and the mean of ln(stay + 1) where it is known. */
  talkers: 'countIf(messages > 0)',
  toldTalkers: 'countIf(messages > 0 AND fresh >= 0)',
  newTalkers: 'countIf(messages > 0 AND fresh > 0)',
  returningTalkers: 'countIf(messages > 0 AND returned)',
  stayedTalkers: 'countIf(messages > 0 AND stay >= 0)',
  talkerStay: 'avgIf(log(stay + 1), messages > 0 AND stay >= 0)',
  /** Messages of those who entered, and their people with three of them or more: how uneven their pauses are. */
  messages: 'sum(messages)',
  rhythm: 'avgIf(unevenness, unevenness >= 0)',
  rhythmic: 'countIf(messages > 0 AND unevenness >= 0)',
} as const;
type Count = keyof typeof COUNTS;
export type AudienceMix = Record<Count, number> & {
  account: string;
  sessionId: string;
  /** Everybody who talked and all that was said, of whom no entry is known, too. */
  allTalkers: number;
  allMessages: number;
};

/** Sessions as numbers, where they have any. */
const numbersOf = ({ staged, stagedRooms, numbered }: EntryReading): string | null =>
  staged !== undefined && numbered ? (stagedRooms ?? null) : null;

/** `talk` with the number of its session. */
const numberedTalk = (rooms: string): string => `talk AS (
  SELECT
    spoken.account_key AS account_key,
    room.session_number AS session_id,
    viewer_key,
    said,
    uneven
  FROM spoken
  INNER JOIN (SELECT account_key, session_id, session_number FROM ${rooms} WHERE account_key IN {accounts: Array(UInt64)}) AS room
    ON room.account_key = spoken.account_key AND room.session_id = spoken.session_id
),
`;

/** `talk`: what a person said in a session (what two sources tell is one message), and how uneven the pauses are; `whole`: the same of everybody, with an entry or without. */
const TALK = (rooms: string | null): string => `${rooms === null ? 'talk' : 'spoken'} AS (
  SELECT
    account_key,
    session_id,
    viewer_key,
    arraySort(groupUniqArray((toUnixTimestamp64Milli(at), comment_key))) AS heard,
    length(heard) AS said,
    arrayPopFront(arrayDifference(arrayMap(message -> message.1, heard))) AS pauses,
    if(said >= ${RHYTHM} AND arrayAvg(pauses) > 0, arrayReduce('stddevPop', pauses) / arrayAvg(pauses), -1) AS uneven
  FROM facts(comments)
  WHERE brand_id = {brandId: UInt32}
    AND account_key IN {accounts: Array(UInt64)}
    AND at >= fromUnixTimestamp64Milli({loadFrom: Int64}, 'UTC')
    AND at < fromUnixTimestamp64Milli({loadTo: Int64} + 86400000, 'UTC')
    AND viewer_key NOT IN {sentinels: Array(UInt64)}
    AND viewer_key NOT IN {staffViewers: Array(UInt64)}
  GROUP BY
    account_key,
    session_id,
    viewer_key
),
${rooms === null ? '' : numberedTalk(rooms)}whole AS (
  SELECT
    account_key,
    session_id,
    count() AS everybody,
    sum(said) AS everything
  FROM talk
  GROUP BY
    account_key,
    session_id
)`;

const RECURRENCE = {
  returned: (frame: string) =>
    `started - lagInFrame(started) OVER (PARTITION BY account_key, viewer ORDER BY started ${frame}) <= ${RECENT_MS} AS returned`,
  comesAgain: (frame: string) =>
    `leadInFrame(started) OVER (PARTITION BY account_key, viewer ORDER BY started ${frame}) BETWEEN started + 1 AND started + ${AGAIN_MS} AS comes_again`,
};
const FRESH = 'ifNull(toInt16(is_new_account), -1)';
const STAY = 'ifNull(toInt64(dwell), -1)';

/** `recurring`: persons of a session, and whether they were there before and come again. Of staged entries those who come once, who are many, are neither grouped nor put in order. */
const recurring = (how: EntryReading): string => `attended AS (
  SELECT
    account_key,
    viewer,
    session_id,
    any(start_ms) AS started,
    any(viewer_key) AS own_key,
    count() AS entered,
    max(${FRESH}) AS fresh,
    max(${STAY}) AS stay
  FROM seen
  WHERE usable${comesOften(how, 2)}
  GROUP BY
    account_key,
    viewer,
    session_id
),
recurring AS (
  SELECT
    account_key,
    session_id,
    own_key,
    entered,
    fresh,
    stay,
    ${RECURRENCE.returned(how.staged === undefined ? 'ROWS BETWEEN 1 PRECEDING AND CURRENT ROW' : AROUND)},
    ${RECURRENCE.comesAgain(how.staged === undefined ? 'ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING' : AROUND)}
  FROM attended${how.staged === undefined ? '' : ONCE}
)`;
/** One frame for both looks is one pass. */
const AROUND = 'ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING';
const ONCE = `
  UNION ALL
  SELECT
    account_key,
    session_id,
    viewer_key AS own_key,
    toUInt64(1) AS entered,
    ${FRESH} AS fresh,
    ${STAY} AS stay,
    toUInt8(0) AS returned,
    toUInt8(0) AS comes_again
  FROM seen
  WHERE usable${comesOnce}`;

const MIXES = (how: EntryReading, place = 'toString(mix.account_key) AS account,\n  '): string => `WITH ${seenEntries(how)},
${recurring(how)},
${TALK(numbersOf(how))},
person AS (
  SELECT
    recurring.account_key AS account_key,
    recurring.session_id AS session_id,
    entered,
    fresh,
    stay,
    returned,
    comes_again,
    talk.said AS messages,
    if(messages > 0, talk.uneven, -1) AS unevenness
  FROM recurring
  LEFT JOIN talk ON talk.account_key = recurring.account_key AND talk.session_id = recurring.session_id AND talk.viewer_key = recurring.own_key
),
mix AS (
  SELECT
    account_key,
    session_id,
    ${Object.entries(COUNTS)
      .map(([name, count]) => `toFloat64(${count}) AS ${name}Told`)
      .join(',\n    ')}
  FROM person
  GROUP BY
    account_key,
    session_id
)
SELECT
  ${place}mix.session_id AS sessionId,
  ${Object.keys(COUNTS)
    .map((name) => `if(isFinite(${name}Told), round(${name}Told, 6), 0) AS ${name}`)
    .join(',\n  ')},
  toFloat64(whole.everybody) AS allTalkers,
  toFloat64(whole.everything) AS allMessages
FROM mix
LEFT JOIN whole ON whole.account_key = mix.account_key AND whole.session_id = mix.session_id`;

/** The mix of the audience of all sessions of the history and the window, of the asked accounts; those without entries are absent. One statement per chunk. */
export const readAudienceMixes = (scope: DetectorScope): Promise<Map<string, AudienceMix[]>> =>
  scope.shared('viewers.audience-mixes', async () => {
    const mixes: AudienceMix[] = [];
    for (const chunk of await entryChunks(scope)) {
      const sql = `${MIXES({ ...chunk, numbered: true })}\n${ENTRY_SETTINGS}`;
      const params = asked(sql, entryParameters(scope, chunk.accounts, { from: scope.historyFrom, to: scope.window.to }));
      for (const row of await scope.query<AudienceMix>({ name: 'integrity.audience-mixes', sql, params, maxSeconds: 300 }))
        mixes.push(chunk.staged ? { ...row, sessionId: scope.staging!.sessionOf(row.sessionId) } : row);
    }
    return grouped(mixes, ({ account }) => account);
  });

/** The same of some sessions of one account (`sessions`): what a finding rests on. */
export const AUDIENCE_EVIDENCE = `${MIXES(ANY_READING, '')}
WHERE mix.session_id IN {sessions: Array(String)}
ORDER BY sessionId
${ENTRY_SETTINGS}`;

/** Sessions of a finding as rows, by the statement that gives them. */
export const audienceEvidence: EvidenceSource = async (scope) => {
  const mixes = await readAudienceMixes(scope);
  const totals = await readSessionTotals(scope, scope.accounts);
  return ({ unit }, account) => {
    const items = new Set(unit.residuals.map(({ observation }) => observation.item));
    const rows = (mixes.get(account) ?? []).filter(({ sessionId }) => items.has(sessionId));
    const own = new Map(totals.get(account)?.map((one) => [one.sessionId, one]));
    return {
      rows: rows
        .sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))
        .map((row): SignalRow => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'account'))),
      sql: AUDIENCE_EVIDENCE,
      parameters: {
        ...entryParameters(scope, [account], { from: scope.historyFrom, to: scope.window.to }),
        sessions: [...items].sort(),
      },
      removable: (item) => {
        const session = own.get(item);
        return session ? { origin: 'session', item, day: dayText(session.day), session } : null;
      },
    };
  };
};

/** Whether enough is loaded before a session to know who returns, and after it to know who comes again. */
export interface AroundSession {
  before: boolean;
  after: boolean;
}

/** Sessions with what is told of their audience, as series for `judgeDrift`. */
export async function readAudienceSeries(
  scope: DetectorScope,
  accounts: readonly ScannedAccount[],
  measure: (mix: AudienceMix, known: AroundSession) => (number | null)[],
): Promise<Series[]> {
  const mixes = await readAudienceMixes(scope);
  const known = new Map([...mixes].map(([account, own]) => [account, new Map(own.map((mix) => [mix.sessionId, mix]))]));
  return readSessionSeries(scope, accounts, ({ totals }, account) => {
    const mix = known.get(account)?.get(totals.sessionId);
    if (!mix) return [];
    return measure(mix, { before: totals.from >= scope.historyFrom + RECENT_MS, after: totals.from <= scope.window.to - AGAIN_MS });
  });
}
