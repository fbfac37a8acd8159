import { isSeen, type SeenIds } from '@app/access';
import type { BrandState, InspectedOverlaps, OverlapEdge, OverlapNode } from '@app/contracts';
import type { Overlaps } from '@app/integrity';

/**
 * Rooms that share viewers with the inspected one as a graph, the inspected one first. Rooms that the asker may not see are numbers: which dealers share its public
 * is no dealer's concern.
 */
export function shownOverlaps(
  { viewers, rooms, between, found }: Overlaps,
  { account, state, seen }: { account: BrandState['accounts'][number]; state: BrandState; seen: SeenIds },
): InspectedOverlaps {
  const accounts = new Map(state.accounts.map((one) => [one.accountKey, one]));
  const places = new Map([account.accountKey, ...rooms.map(({ key }) => key)].map((key, at) => [key, at]));
  const shownOf = (key: string): Pick<OverlapNode, 'platform' | 'accountId' | 'name'> => {
    const known = isSeen(seen, key) ? accounts.get(key) : undefined;
    return { platform: known?.platform ?? null, accountId: known?.accountId ?? null, name: known?.name ?? null };
  };
  const nodes: OverlapNode[] = [
    { id: 0, subject: true, ...shownOf(account.accountKey), viewers, ring: rooms.some(({ detectors }) => detectors.length > 0) },
    ...rooms.map(({ key, viewers: own, detectors }, at) => ({
      ...{ id: at + 1, subject: false, ...shownOf(key), viewers: own, ring: detectors.length > 0 },
    })),
  ];
  const edges: OverlapEdge[] = [
    ...rooms.map(({ shared, expected, detectors }, at) => ({ a: 0, b: at + 1, shared, expected, detectors })),
    ...between.flatMap(({ a, b, shared, detectors }) => {
      const [one, other] = [places.get(a), places.get(b)];
      return one === undefined || other === undefined ? [] : [{ a: one, b: other, shared, expected: null, detectors }];
    }),
  ];
  const note =
    rooms.length === 0
      ? { zh: '期间内没有其他直播间与本间有共同观众', en: 'No other room shares a viewer with this one in the period' }
      : found > rooms.length
        ? {
            zh: `共有 ${found} 个直播间与本间有共同观众，此处为最值得注意的 ${rooms.length} 个`,
            en: `${found} rooms share viewers with this one; these are the ${rooms.length} most remarkable`,
          }
        : null;
  return { nodes, edges, note };
}
