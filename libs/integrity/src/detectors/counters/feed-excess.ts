import type { Bilingual } from '@app/contracts';
import { type Prevalence, prevalenceOf, strengthOfBreach } from '../../calibration/prevalence';
import { SIGNAL_FLOOR, type DetectorScope, type Finding } from '../../detector';
import { grouped } from '../../grouped';
import { sessionShapes, type RoomShape } from '../../facts/session-shapes';
import { readSessionTotals } from '../../facts/session-totals.reader';
import { around, entryParameters } from '../../facts/viewer-entries';
import { ANY_READING, ENTRY_SETTINGS, seenEntries } from '../../facts/viewer-entries.sql';
import { MOST } from './source-differences';

/** A session of which a feed saw more entries than the platform counted views. */
export interface FedSession {
  room: Pick<RoomShape, 'account' | 'sessionId' | 'from' | 'to' | 'entries'>;
  views: number;
}

/** Sessions with entries and known views; declared staff is in no entry here but may be among the views, so what is beyond is beyond. */
export async function readFedSessions(scope: DetectorScope): Promise<FedSession[]> {
  const rooms = await sessionShapes(scope);
  if (rooms.length === 0) return [];
  const views = new Map<string, number>();
  for (const [account, sessions] of await readSessionTotals(scope, scope.accounts))
    for (const one of sessions) if (one.views !== null) views.set(`${account}/${one.sessionId}`, one.views);
  return rooms.flatMap((room) => {
    const known = views.get(`${room.account}/${room.sessionId}`);
    return known === undefined ? [] : [{ room, views: known }];
  });
}

const excessOf = ({ room, views }: FedSession): number => (room.entries - views) / Math.max(1, views);

/** How many accounts are fed, and by how much the worst session of each exceeds its views, before `judgedFrom`. Pure. */
export function feedPrevalence(sessions: readonly FedSession[], judgedFrom: number): Prevalence {
  const past = sessions.filter(({ room }) => room.from < judgedFrom);
  const accounts = grouped(past, ({ room }) => room.account);
  const worst = [...accounts.values()].map((own) => own.reduce((most, one) => Math.max(most, excessOf(one)), 0));
  return prevalenceOf(
    accounts.size,
    worst.filter((size) => size > 0),
  );
}

/** A feed tells at once what the platform counts days later: until then its views may be those of an hour ago. */
const SETTLED_MS = 2 * 86_400_000;

const LABEL: Bilingual = { zh: '推送的进房数', en: 'Entries of the feed' };
const ENTRIES = `WITH ${seenEntries(ANY_READING)}
SELECT
  session_id AS sessionId,
  toFloat64(count()) AS entries
FROM seen
WHERE session_id = {session: String}
GROUP BY session_id
${ENTRY_SETTINGS}`;

/** Findings of sessions in which the feed saw more than the platform counted: one of both is wrong, and no policy tolerates it. */
export function feedFindings(scope: DetectorScope, sessions: readonly FedSession[], honest: Prevalence, since: number): Finding[] {
  return sessions.flatMap((one) => {
    const { room, views } = one;
    const account = scope.accountOf(room.account);
    const strength = Math.min(MOST, strengthOfBreach(honest, excessOf(one)));
    const isJudged = room.from >= since && room.to <= scope.window.to - SETTLED_MS;
    if (!account || !isJudged || room.entries <= views || strength < SIGNAL_FLOOR) return [];
    const { platform, accountId } = account;
    return [
      {
        subject: { kind: 'session', platform, accountId, sessionId: room.sessionId },
        window: { from: room.from, to: Math.max(room.to, room.from + 60_000) },
        strength,
        evidence: {
          text: {
            zh: `推送记录了 ${room.entries} 次进房，平台只计 ${views} 次观看：两者必有一误`,
            en: `The feed tells of ${room.entries} entries, the platform of ${views} views: one of both is wrong`,
          },
          figures: [
            { name: 'feedEntries', label: LABEL, value: room.entries, ownReference: views, peerReference: null, honestQuantile: strength },
          ],
          rows: [{ sessionId: room.sessionId, entries: room.entries }],
          sql: ENTRIES,
          parameters: { ...entryParameters(scope, [room.account], around(scope, room)), session: room.sessionId },
        },
      },
    ];
  });
}
