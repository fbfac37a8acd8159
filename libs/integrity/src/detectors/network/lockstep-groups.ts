import type { Period, SignalParameters, SignalRow } from '@app/contracts';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { placesOf, type Place } from '../../facts/places';
import { sessionShapes, type RoomShape } from '../../facts/session-shapes';
import { asked, entryChunks, entryParameters, readingOf } from '../../facts/viewer-entries';
import { lockstepGroups, type LockstepGroup, type Link } from './groups';
import { grouped } from '../../grouped';
import { EVIDENCE, PRESENCE, REMOVAL, ROWS, meetingsOf, pairs } from './lockstep.sql';

const NAME = 'lockstepGroups';
const WEEK_MS = 7 * 86_400_000;

/** What moving together means: `places` unrelated dealers whose `slotMs` two viewers share in a week; each with `partners` others of a group of `size`. */
interface Pace {
  slotMs: number;
  places: number;
  partners: number;
  size: number;
}
/** The same ten minutes; or the same day, for armies whose people come whenever they can: shoppers do that, too, so it takes more. */
const PACES: readonly Pace[] = [
  { slotMs: 600_000, places: 5, partners: 4, size: 8 },
  { slotMs: 86_400_000, places: 6, partners: 7, size: 12 },
];
const [FIRST] = PACES;
/** Members in one session from which on it is a finding. */
const IN_SESSION = 4;

/** The same accounts in the same ten minutes of five or more unrelated dealers, week by week. */
export const lockstep: Detector = {
  name: NAME,
  version: 1,
  family: 'network',
  tier: 'T3',
  wholeBrand: true,
  title: { zh: '同步水军', en: 'Lockstep groups' },
  text: {
    zh: '同一周内，至少 8 名观众，每人都与组内另外至少 4 人，在至少 5 家互不相关的经销商直播间的同一个十分钟里先后出现；或 12 名以上，在 6 家以上的同一天出现。全品牌活动时段不算，同一集团的经销商算一家。',
    en: 'At least eight viewers of whom each was, within one week, in the same ten minutes of five or more unrelated dealers together with at least four others of the group; or twelve on the same days of six dealers. Brand-wide events are left out; dealers of one group count as one.',
  },
  weaknesses: {
    zh: '每次换一批账号、或只进少于五家的水军看不出；水军也可能是竞争对手派来的，不说明是谁所为。',
    en: 'Armies that change their accounts or visit fewer than five dealers are not seen; a rival can send them as well, so it does not say whose doing it is.',
  },
  inputs: ['entries', 'sessions', 'accounts', 'dealers'],
  parameters: {
    places: { value: FIRST.places, unit: 'dealers', text: { zh: '互不相关的经销商', en: 'unrelated dealers' } },
    partners: { value: FIRST.partners, unit: 'viewers', text: { zh: '组内同行者', en: 'others of the group met so' } },
  },
  minimumSample: { size: { value: FIRST.size, unit: 'viewers', text: { zh: '组内人数', en: 'members of a group' } } },
  run,
};

async function run(scope: DetectorScope): Promise<Findings> {
  const places = placesOf(scope);
  if (new Set([...places.values()].map(({ number }) => number)).size < FIRST.places) return { findings: [], notAssessable: tooFew(scope) };
  const rooms = grouped(await sessionShapes(scope), ({ account }) => account);
  if (rooms.size === 0) return { findings: [], notAssessable: [] };
  const findings = new Map<string, Finding>();
  const weeks = Array.from(
    { length: Math.ceil((scope.window.to - scope.judgedFrom) / WEEK_MS) },
    (_, at) => scope.judgedFrom + at * WEEK_MS,
  );
  for (const { from, pace } of weeks.flatMap((start) => PACES.map((one) => ({ from: start, pace: one })))) {
    const week = { from, to: Math.min(scope.window.to, from + WEEK_MS) };
    for (const found of await weekOf(scope, { week, pace, places, rooms })) {
      const { subject } = found;
      const name = subject.kind === 'session' ? `${subject.platform}/${subject.accountId}/${subject.sessionId}` : '';
      const other = findings.get(name);
      if (!other || other.strength < found.strength) findings.set(name, found);
    }
  }
  return { findings: [...findings.values()], notAssessable: [] };
}

const tooFew = (scope: DetectorScope): Findings['notAssessable'] =>
  scope.accounts.map(({ platform, accountId }) => ({
    subject: { kind: 'account', platform, accountId },
    reason: { zh: `互不相关的经销商少于 ${FIRST.places} 家`, en: `Fewer than ${FIRST.places} unrelated dealers` },
  }));

type Rooms = ReadonlyMap<string, RoomShape[]>;

interface Week {
  week: Period;
  pace: Pace;
  places: ReadonlyMap<string, Place>;
  rooms: Rooms;
}

async function weekOf(scope: DetectorScope, { week, pace, places, rooms }: Week): Promise<Finding[]> {
  const parameters: SignalParameters = { ...parametersOf(scope, week, places), slotMs: pace.slotMs, least: pace.places };
  const how = readingOf(await entryChunks(scope));
  const sql = pairs(how);
  const rows = await scope.query<{ a: string; b: string; dealers: string; weight: number }>({
    ...{ name: 'integrity.lockstep-pairs', sql, params: asked(sql, parameters), maxSeconds: 300 },
  });
  if (rows.length === 0) return [];
  const numbers = new Map<string, number>();
  const numberOf = (viewer: string): number => numbers.get(viewer) ?? (numbers.set(viewer, numbers.size), numbers.size - 1);
  const links = rows.map(({ a, b, dealers, weight }): Link => ({ a: numberOf(a), b: numberOf(b), places: Number(dealers), weight }));
  const names = [...numbers.keys()];
  const findings: Finding[] = [];
  for (const group of lockstepGroups(links, pace)) {
    const listed = meetingsOf(how);
    const meetings = await scope.query<{ account: string; slot: string }>({
      ...{ name: 'integrity.lockstep-meetings', sql: listed, maxSeconds: 300 },
      params: { ...asked(listed, parameters), members: group.members.map((member) => BigInt(names[member])) },
    });
    findings.push(...(await groupFindings(scope, { group, week, pace, rooms, parameters: withBuckets(parameters, meetings) })));
  }
  return findings;
}

function parametersOf(scope: DetectorScope, week: Period, places: ReadonlyMap<string, Place>): SignalParameters {
  const accounts = [...places.keys()];
  const events = scope.state.declarations.filter(
    ({ kind, accountKey, dealerId, from, to }) =>
      (kind === 'event' || kind === 'guest') && accountKey === null && dealerId === null && from < week.to && to >= week.from,
  );
  return {
    ...entryParameters(scope, accounts, week),
    places: accounts.map((key) => places.get(key)!.number),
    eventFrom: events.map(({ from }) => from - FIRST.slotMs),
    eventTo: events.map(({ to }) => to + FIRST.slotMs),
  };
}

/** Only the accounts of the meetings: what the query names stays short. */
function withBuckets(parameters: SignalParameters, meetings: readonly { account: string; slot: string }[]): SignalParameters {
  const places = new Map((parameters.accounts as string[]).map((key, at) => [key, (parameters.places as number[])[at]]));
  const accounts = [...new Set(meetings.map(({ account }) => account))].sort();
  return {
    ...parameters,
    accounts,
    places: accounts.map((key) => places.get(key) ?? 0),
    bucketAccounts: meetings.map(({ account }) => account),
    bucketSlots: meetings.map(({ slot }) => Number(slot)),
    ...{ quietAccounts: [], quietFrom: [], quietTo: [] },
  };
}

interface Found {
  pace: Pace;
  group: LockstepGroup;
  week: Period;
  rooms: Rooms;
  parameters: SignalParameters;
}
interface Present {
  account: string;
  slot: string;
  since: string;
  viewers: string;
  entries: string;
}

async function groupFindings(scope: DetectorScope, found: Found): Promise<Finding[]> {
  const present = await scope.query<Present>({
    ...{ name: 'integrity.lockstep-presence', sql: PRESENCE, params: asked(PRESENCE, found.parameters), maxSeconds: 300 },
  });
  const findings: Finding[] = [];
  for (const [account, own] of grouped(present, (one) => one.account))
    for (const room of found.rooms.get(account) ?? []) {
      if (room.from >= found.week.to || room.to <= found.week.from) continue;
      const inside = own.filter(
        ({ slot }) => (Number(slot) + 1) * found.pace.slotMs > room.from && Number(slot) * found.pace.slotMs < room.to,
      );
      const viewers = Math.max(0, ...inside.map((one) => Number(one.viewers)));
      if (viewers >= IN_SESSION) findings.push(findingOf(scope, room, { ...found, inside, viewers }));
    }
  return findings;
}

/**
 * Honest crowds give no such group at all, so there is no distribution to read a strength from: it is set. The smallest group is at the floor; it grows with
 * the number of members and of dealers.
 */
const groupStrength = ({ members, places }: LockstepGroup, pace: Pace): number =>
  Math.min(0.9999, 1 - 0.1 * (pace.size / members.length) ** 2 * (pace.places / places) ** 2);

function findingOf(scope: DetectorScope, room: RoomShape, found: Found & { inside: Present[]; viewers: number }): Finding {
  const { group, inside } = found;
  const account = scope.accountOf(room.account)!;
  const place = { platform: account.platform, accountId: account.accountId };
  const entries = inside.reduce((sum, one) => sum + Number(one.entries), 0);
  const parameters: SignalParameters = {
    ...found.parameters,
    ...{ account: room.account, sessionFrom: Math.max(room.from, found.week.from), sessionTo: Math.min(room.to, found.week.to) },
  };
  const stretch = found.pace === FIRST ? { zh: '十分钟', en: 'in the same ten minutes' } : { zh: '晚上', en: 'on the same days' };
  const strength = groupStrength(group, found.pace);
  return {
    subject: { kind: 'session', ...place, sessionId: room.sessionId },
    window: { from: room.from, to: room.to },
    strength,
    evidence: {
      text: {
        zh: `一组 ${group.members.length} 个账号在同一周里多次于同一个${stretch.zh}出现在互不相关的直播间（两两相遇于 ${group.places} 家经销商，中位数）；本场有其中 ${found.viewers} 个以上同时在场，共进房 ${entries} 次。`,
        en: `A group of ${group.members.length} accounts was within one week in the same unrelated rooms ${stretch.en} (each two of them at ${group.places} dealers, median); ${found.viewers} or more of them were in this session at once, with ${entries} entries.`,
      },
      figures: [
        {
          ...{ name: 'groupMembers', label: { zh: '同步账号数', en: 'Accounts in lockstep' }, value: group.members.length },
          ...{ ownReference: 0, peerReference: 0, honestQuantile: strength },
        },
        {
          ...{ name: 'groupDealers', label: { zh: '两两相遇的经销商数', en: 'Dealers at which two of them meet' }, value: group.places },
          ...{ ownReference: null, peerReference: 1, honestQuantile: null },
        },
      ],
      rows: inside
        .slice(0, ROWS)
        .map(({ since, viewers, entries: came }): SignalRow => ({ since, viewers: Number(viewers), entries: Number(came) })),
      removes: [{ kind: 'entries', ...place, count: entries, low: Math.round(entries * 0.8), high: entries, sql: REMOVAL, parameters }],
      ...{ sql: EVIDENCE, parameters },
    },
  };
}
