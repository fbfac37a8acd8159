import type { SignalParameters } from '@app/contracts';
import { explainedBy } from '../../calibration/declared';
import { judgeShares, shareReference, type ShareReference } from '../../calibration/own-excess';
import { SESSION_FLOOR } from '../../calibration/size-class';
import type { Detector, DetectorScope, Finding, Findings } from '../../detector';
import { heldBy, mixCells } from '../../facts/mix-look.sql';
import { cellEvidence, evidenceRows, sessionHits, type CellLook, type SessionHits } from '../../facts/session-cells';
import { sessionShapes, type RoomShape } from '../../facts/session-shapes';
import { entryParameters } from '../../facts/viewer-entries';
import { ANY_READING, inorganicEntries, seenEntries } from '../../facts/viewer-entries.sql';

const NAME = 'freshAccounts';
const ENTRIES = 50;
const SHARE = 0.05;

/** Entries by new accounts beyond their usual share; entries of which nobody says whether the account is new are left out. */
const freshLook: CellLook = {
  name: 'fresh',
  cells: mixCells(heldBy('toInt32(is_new_account > 0)', 'is_new_account IS NOT NULL AND usable')),
  row: `'new accounts' AS who`,
  rowOf: () => ({ who: 'new accounts' }),
};
const REMOVAL = inorganicEntries(seenEntries(ANY_READING), 'session_id = {session: String} AND is_new_account > 0 AND usable');

/** Newly registered accounts: a hit or a raffle brings more people, but not newer ones. */
export const freshAccounts: Detector = {
  name: NAME,
  version: 2,
  family: 'viewer',
  tier: 'T3',
  title: { zh: '新注册账号集中进房', en: 'New accounts' },
  text: {
    zh: '一场里新注册账号的占比，与本账号其他场次相比。爆款、抽奖会带来更多人，但不会让人群变“新”。',
    en: 'The share of newly registered accounts in a session against the other sessions of the room. A hit or a raffle brings more people, but not newer ones.',
  },
  weaknesses: {
    zh: '养过的老号看不出；来源不给出新账号标记时不评估。',
    en: 'Aged accounts are not seen; where the source does not tell new accounts it is not assessable.',
  },
  inputs: ['entries', 'sessions'],
  parameters: { share: { value: SHARE, unit: 'share', text: { zh: '最少的超出占比', en: 'least share beyond the usual' } } },
  minimumSample: { entries: { value: ENTRIES, unit: 'entries', text: { zh: '可识别的进房数', en: 'entries of persons' } } },
  run,
};

async function run(scope: DetectorScope): Promise<Findings> {
  const all = await sessionShapes(scope);
  const rooms = all.filter(({ usable, toldNew }) => usable >= ENTRIES && toldNew >= usable / 2);
  const hits = new Map((await sessionHits(scope, freshLook)).map((one) => [keyOf(one), one]));
  const shares = rooms.map((room) => ({
    account: room.account,
    size: room.entries,
    share: Math.min(1, (hits.get(keyOf(room))?.hits ?? 0) / room.entries),
    past: room.from < scope.judgedFrom,
  }));
  const reference = await scope.reference<ShareReference>(NAME, () => Promise.resolve(shareReference(shares)));
  const results = judgeShares(shares, reference);
  const findings = rooms.flatMap((room, at) => {
    const own = hits.get(keyOf(room));
    const { strength, usual } = results[at];
    if (!own || strength < SESSION_FLOOR || shares[at].share < SHARE || room.from < scope.judgedFrom || room.from >= scope.window.to)
      return [];
    return explainedBy(scope.declared(room.account), room).outage
      ? []
      : [findingOf(scope, room, { hits: own, strength, usual, share: shares[at].share })];
  });
  const assessed = new Set(rooms.map(keyOf));
  const notAssessable = all
    .filter((room) => room.from >= scope.judgedFrom && !assessed.has(keyOf(room)))
    .flatMap((room): Findings['notAssessable'] => {
      const account = scope.accountOf(room.account);
      if (!account) return [];
      const subject = { kind: 'session' as const, platform: account.platform, accountId: account.accountId, sessionId: room.sessionId };
      return [{ subject, reason: room.usable < ENTRIES ? TOO_FEW : UNTOLD }];
    });
  return { findings, notAssessable };
}

const TOO_FEW = { zh: `可识别的进房少于 ${ENTRIES} 次`, en: `Fewer than ${ENTRIES} entries of persons` };
const UNTOLD = { zh: '来源没有说明账号是否新注册', en: 'The source does not tell whether accounts are new' };
const keyOf = ({ account, sessionId }: { account: string; sessionId: string }): string => `${account}/${sessionId}`;

interface Found {
  hits: SessionHits;
  share: number;
  usual: number;
  strength: number;
}

function findingOf(scope: DetectorScope, room: RoomShape, { hits, share, usual, strength }: Found): Finding {
  const account = scope.accountOf(room.account)!;
  const place = { platform: account.platform, accountId: account.accountId };
  const parameters: SignalParameters = {
    ...entryParameters(scope, [room.account], { from: scope.historyFrom, to: scope.window.to }),
    session: room.sessionId,
  };
  const [{ views, expected }] = hits.codes;
  return {
    subject: { kind: 'session', ...place, sessionId: room.sessionId },
    window: { from: room.from, to: room.to },
    strength,
    evidence: {
      text: {
        zh: `${views} 次进房来自新注册账号，按本账号其他场次应约 ${Math.round(expected)} 次。`,
        en: `${views} entries are of newly registered accounts; the other sessions of the room let expect about ${Math.round(expected)}.`,
      },
      figures: [
        {
          ...{ name: 'freshShare', label: { zh: '超出平时的新账号进房占比', en: 'Share of entries by new accounts beyond the usual' } },
          ...{ value: Math.round(share * 1e4) / 1e4, ownReference: Math.round(usual * 1e4) / 1e4, peerReference: null },
          honestQuantile: Math.round(strength * 1e5) / 1e5,
        },
      ],
      rows: evidenceRows(freshLook, hits),
      // as long as most of them are beyond the usual: else more honest ones would be named than others
      removes:
        views <= 2 * expected
          ? []
          : [
              {
                ...{ kind: 'entries', ...place, count: views, low: Math.max(0, Math.round(views - expected)), high: views },
                ...{ sql: REMOVAL, parameters },
              },
            ],
      ...{ sql: cellEvidence(freshLook), parameters },
    },
  };
}
