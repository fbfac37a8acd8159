import type { BrandState, Period, Policy, SessionListRow } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import { exactRatio } from './exact-ratio';
import { scopeOf } from './showroom-scope';
import { ShowroomReader } from './showroom.reader';

/**
 * Sessions of one account that start in a period, each with its identifiability (domain.md 3.5): entries with a usable id ÷ entries. Null where nobody was
 * seen entering; all three counts are null for an account without any viewer-level source.
 */
export async function accountSessions(
  warehouse: Warehouse,
  asked: { state: BrandState; policy: Policy; period: Period; accountKey: string; dataInstant: number },
): Promise<SessionListRow[]> {
  const { state, policy, period, accountKey, dataInstant } = asked;
  const { brandId, zone } = state.brand;
  const memberships = [{ accountKey, group: accountKey, ...period }];
  const scope = scopeOf({ brandId, zone, state, policy, period, memberships, dataInstant });
  const reader = new ShowroomReader(warehouse, scope, state);
  const [sessions, source] = await Promise.all([reader.sessionList(accountKey), reader.hasEntries(accountKey)]);
  return sessions.map(({ sessionId, startedAt, endedAt, views, uniqueViewers, entries, usableEntries, identifiedViewers }) => ({
    sessionId,
    startedAt: Number(startedAt),
    endedAt: endedAt === null ? null : Number(endedAt),
    views: views === null ? null : Number(views),
    uniqueViewers: uniqueViewers === null ? null : Number(uniqueViewers),
    entries: source ? Number(entries) : null,
    usableEntries: source ? Number(usableEntries) : null,
    identifiedViewers: source ? Number(identifiedViewers) : null,
    identifiability: Number(entries) === 0 ? null : exactRatio(BigInt(usableEntries), BigInt(entries), 4),
  }));
}
