import type { SignalParameters, SignalRow } from '@app/contracts';
import { honestTail, strengthOf, type HonestTail } from '../../calibration/tail';
import { withoutFar } from '../../calibration/size-class';
import type { Detector, DetectorScope, Finding, Findings, ScannedAccount } from '../../detector';
import { placesOf, type Place } from '../../facts/places';
import { asked, entryChunks, entryParameters, readingOf } from '../../facts/viewer-entries';
import { ANY_READING, ENTRY_SETTINGS, type EntryReading, inorganicEntries, toldEntries } from '../../facts/viewer-entries.sql';
import { exchanges, ringsOf, type Exchange, type Flow, type Ring } from './rings';

const NAME = 'mutualAidRings';
const DAY_MS = 86_400_000;
/** Days in a room from which on a viewer is a regular there. */
const DAYS = 2;
/** Days in the room that is home. */
const HOME_DAYS = 3;
/** Deviation of an exchange, in units of chance. */
const SCORE = 3.5;
const DEALERS = 10;
/** Entries of viewers that one statement groups. */
const PART_ENTRIES = 8_000_000;

/**
 * `regular`: viewers with the place where they spend most time (`home`) and the other places where they were on several days (`host`). Declared staff take part:
 * their home is their own dealer, where nobody accuses them.
 */
const REGULARS = (how: EntryReading): string => `${toldEntries(how)},
went AS (
  SELECT
    viewer,
    transform(account_key, {accounts: Array(UInt64)}, {places: Array(UInt32)}, toUInt32(0)) AS place,
    uniqExact(intDiv(entered_ms, ${DAY_MS})) AS days,
    sum(60 + least(14400, ifNull(dwell, 0))) AS seconds
  FROM told
  WHERE NOT sentinel AND viewer % {parts: UInt32} = {part: UInt32}
  GROUP BY
    viewer,
    place
),
regular AS (
  SELECT
    viewer,
    home,
    arrayJoin(arrayFilter(room -> room.2 != home AND room.3 >= ${DAYS}, rooms)).2 AS host
  FROM (
    SELECT
      viewer,
      arrayReverseSort(groupArray((seconds, place, days))) AS rooms,
      rooms[1].2 AS home
    FROM went
    GROUP BY viewer
    HAVING count() >= 2 AND rooms[1].3 >= ${HOME_DAYS}
  )
)`;

/** Persons are many: what does not fit into memory goes to disk. */
const LARGE = `${ENTRY_SETTINGS}, max_bytes_before_external_group_by = 1000000000`;

const FLOWS = (how: EntryReading): string => `WITH ${REGULARS(how)}
SELECT
  home,
  host,
  count() AS visitors
FROM regular
GROUP BY
  home,
  host
${LARGE}`;

const EVIDENCE = `WITH ${REGULARS(ANY_READING)}
SELECT
  {ringDealers: Array(String)}[indexOf({ringPlaces: Array(UInt32)}, if(home = {own: UInt32}, host, home))] AS partner,
  countIf(host = {own: UInt32}) AS regularsFromPartner,
  countIf(home = {own: UInt32}) AS regularsAtPartner
FROM regular
WHERE (home = {own: UInt32} AND has({ringPlaces: Array(UInt32)}, host)) OR (host = {own: UInt32} AND has({ringPlaces: Array(UInt32)}, home))
GROUP BY partner
ORDER BY
  regularsFromPartner DESC,
  partner
${ENTRY_SETTINGS}`;

/** Entries into the room by regulars whose home is another dealer of the ring. */
const REMOVAL = inorganicEntries(
  REGULARS(ANY_READING),
  `account_key = {account: UInt64} AND NOT sentinel
  AND viewer IN (SELECT viewer FROM regular WHERE host = {own: UInt32} AND has({ringPlaces: Array(UInt32)}, home))`,
  'told',
);
/** The same of all rooms of the ring, counted. */
const COUNTED = `WITH ${REGULARS(ANY_READING)}
SELECT
  account_key AS account,
  count() AS entries
FROM told
WHERE NOT sentinel AND (viewer, transform(account_key, {accounts: Array(UInt64)}, {places: Array(UInt32)}, toUInt32(0))) IN (
  SELECT
    viewer,
    host
  FROM regular
  WHERE has({ringPlaces: Array(UInt32)}, home) AND has({ringPlaces: Array(UInt32)}, host)
)
GROUP BY account_key
${LARGE}`;

/** Dealers whose own people visit each other's rooms. */
export const mutualAidRings: Detector = {
  name: NAME,
  version: 1,
  family: 'network',
  tier: 'T3',
  wholeBrand: true,
  title: { zh: '互刷圈', en: 'Mutual-aid rings' },
  text: {
    zh: '每位观众以停留最久的经销商为“主场”。若三家以上经销商的主场观众彼此经常（至少 2 天）到对方直播间，且双向都远多于按各家往来规模、同城情况推算的人数，就是互刷圈。',
    en: 'Each viewer’s home is the dealer where they spend most time. Three or more dealers whose people are regulars (two days or more) of each other’s rooms, in both directions far beyond what their sizes, and being of one city, let expect, are a ring.',
  },
  weaknesses: {
    zh: '只互访一次、或两家之间的互助看不出；同一集团的经销商算一家。',
    en: 'Helping once, or two dealers alone, is not seen; dealers of one group count as one.',
  },
  inputs: ['entries', 'accounts', 'dealers'],
  parameters: {
    days: { value: DAYS, unit: 'days', text: { zh: '常客的最少天数', en: 'days from which a viewer is a regular' } },
    score: { value: SCORE, unit: 'deviations', text: { zh: '双向偏离', en: 'deviation in both directions' } },
  },
  minimumSample: { dealers: { value: DEALERS, unit: 'dealers', text: { zh: '有观众记录的经销商', en: 'dealers with viewers' } } },
  run,
};

async function run(scope: DetectorScope): Promise<Findings> {
  const places = placesOf(scope);
  const dealers = new Set([...places.values()].map(({ number }) => number)).size;
  if (dealers < DEALERS)
    return {
      findings: [],
      notAssessable: scope.accounts.map(({ platform, accountId }) => ({
        subject: { kind: 'account', platform, accountId },
        reason: { zh: `有观众记录的经销商少于 ${DEALERS} 家`, en: `Fewer than ${DEALERS} dealers with viewers` },
      })),
    };
  const span = { from: scope.judgedFrom, to: scope.window.to };
  const accounts = [...places.keys()];
  const cities = new Map([...places.values()].map(({ number, city }) => [number, city]));
  const parameters = { ...entryParameters(scope, accounts, span), places: accounts.map((key) => places.get(key)!.number) };
  const flows = await flowsOf(scope, parameters);
  const pairs = exchanges(flows, cities);
  const tail = await scope.reference<HonestTail>(NAME, () => Promise.resolve(honestTail(withoutFar(pairs.map(({ score }) => score)))));
  const findings: Finding[] = [];
  for (const ring of ringsOf(pairs, SCORE)) {
    const members = scope.accounts.filter(({ key }) => ring.places.includes(places.get(key)?.number ?? 0));
    if (members.length === 0) continue;
    const shared = ofRing(places, parameters, ring);
    const counted = await scope.query<{ account: string; entries: string }>({
      ...{ name: 'integrity.ring-entries', sql: COUNTED, params: asked(COUNTED, shared), maxSeconds: 300 },
    });
    const entries = new Map(counted.map((row) => [row.account, Number(row.entries)]));
    const strength = Math.max(0.9, strengthOf(tail, ring.score));
    for (const account of members) {
      const own = places.get(account.key)!.number;
      findings.push(findingOf(scope, account, { ring, strength, own, flows, entries: entries.get(account.key) ?? 0, parameters: shared }));
    }
  }
  return { findings, notAssessable: [] };
}

async function flowsOf(scope: DetectorScope, parameters: SignalParameters): Promise<Flow[]> {
  const chunks = await entryChunks(scope);
  const entries = chunks.reduce((sum, chunk) => sum + chunk.entries, 0);
  const sql = FLOWS(readingOf(chunks));
  const parts = Math.max(1, Math.ceil(entries / PART_ENTRIES));
  const flows = new Map<string, Flow>();
  for (let part = 0; part < parts; part++) {
    const params = asked(sql, { ...parameters, parts, part });
    for (const row of await scope.query<Record<'home' | 'host' | 'visitors', string>>({
      ...{ name: 'integrity.regular-flows', sql, params, maxSeconds: 300 },
    })) {
      const flow = { home: Number(row.home), host: Number(row.host), visitors: Number(row.visitors) };
      if (flow.home === 0 || flow.host === 0) continue;
      const name = `${flow.home}/${flow.host}`;
      flows.set(name, { ...flow, visitors: flow.visitors + (flows.get(name)?.visitors ?? 0) });
    }
  }
  return [...flows.values()];
}

function ofRing(numbers: ReadonlyMap<string, Place>, parameters: SignalParameters, { places }: Ring): SignalParameters {
  const dealerOf = (place: number): string => [...numbers.values()].find(({ number }) => number === place)?.dealerId ?? '';
  return { ...parameters, parts: 1, part: 0, ringPlaces: places, ringDealers: places.map(dealerOf) };
}

interface Found {
  ring: Ring;
  strength: number;
  own: number;
  flows: readonly Flow[];
  entries: number;
  parameters: SignalParameters;
}

function findingOf(scope: DetectorScope, account: ScannedAccount, found: Found): Finding {
  const { ring, strength, own, entries: count } = found;
  const place = { platform: account.platform, accountId: account.accountId };
  const parameters: SignalParameters = { ...found.parameters, account: account.key, own };
  const mine = ring.exchanges.filter(({ a, b }) => a === own || b === own);
  const came = sum(mine, (one) => (one.a === own ? one.back : one.there));
  const expected = sum(mine, (one) => (one.a === own ? one.expectedBack : one.expectedThere));
  return {
    subject: { kind: 'account', ...place },
    window: { from: scope.judgedFrom, to: scope.window.to },
    standing: true,
    strength,
    evidence: {
      text: {
        zh: `与 ${ring.places.length - 1} 家经销商互为常客：有 ${came} 名主场在圈内其他经销商的常客（推算约 ${expected.toFixed(1)} 名），本店的人也经常去对方直播间。`,
        en: `Mutual regulars with ${ring.places.length - 1} dealers: ${came} regulars have their home at another dealer of the ring (about ${expected.toFixed(1)} are expected), and people of this dealer are regulars there.`,
      },
      figures: [
        {
          ...{ name: 'ringRegulars', label: { zh: '圈内常客', en: 'Regulars out of the ring' }, value: came },
          ...{ ownReference: null, peerReference: Math.round(expected * 10) / 10, honestQuantile: Math.round(strength * 1e5) / 1e5 },
        },
        {
          ...{ name: 'ringDealers', label: { zh: '圈内经销商数', en: 'Dealers in the ring' }, value: ring.places.length },
          ...{ ownReference: null, peerReference: null, honestQuantile: null },
        },
      ],
      rows: partnersOf(found, parameters),
      removes: [{ kind: 'entries', ...place, count, low: Math.round(count * 0.7), high: count, sql: REMOVAL, parameters }],
      ...{ sql: EVIDENCE, parameters },
    },
  };
}

const sum = (pairs: readonly Exchange[], of: (one: Exchange) => number): number => pairs.reduce((total, one) => total + of(one), 0);

function partnersOf({ flows, ring, own }: Found, { ringDealers }: SignalParameters): SignalRow[] {
  const between = (home: number, host: number) => flows.find((flow) => flow.home === home && flow.host === host)?.visitors ?? 0;
  return ring.places
    .map((partner, at) => ({
      partner: (ringDealers as string[])[at],
      ...{ regularsFromPartner: between(partner, own), regularsAtPartner: between(own, partner) },
    }))
    .filter(({ regularsFromPartner, regularsAtPartner }) => regularsFromPartner + regularsAtPartner > 0)
    .sort((a, b) => b.regularsFromPartner - a.regularsFromPartner || (a.partner < b.partner ? -1 : 1));
}
