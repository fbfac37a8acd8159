import type { DetectorScope } from '../detector';

/** Who an account belongs to, as far as it matters who is related: dealers of one group are one place. */
export interface Place {
  /** From 1. */
  number: number;
  dealerId: string | null;
  /** Dealers of one city meet the same shoppers. */
  city: string;
}

/** Place of every account; accounts that the brand owns are none. By account key. */
export function placesOf(scope: DetectorScope): Map<string, Place> {
  const at = scope.window.to - 1;
  const placements = new Map(
    scope.state.placements
      .filter(({ from, to }) => from <= at && (to === null || to > scope.window.from))
      .map((one) => [one.dealerId, one]),
  );
  const brandOwned = new Set(
    scope.state.ownerships.filter(({ ownerKind, to }) => ownerKind === 'brand' && to === null).map(({ accountKey }) => accountKey),
  );
  const numbers = new Map<string, number>();
  const places = new Map<string, Place>();
  for (const { key } of scope.peers) {
    if (brandOwned.has(key)) continue;
    const dealerId = scope.dealerAt(key, at) ?? scope.dealerAt(key, scope.window.from);
    const placement = dealerId === null ? undefined : placements.get(dealerId);
    const name = placement?.group ? `group ${placement.group}` : dealerId === null ? `account ${key}` : `dealer ${dealerId}`;
    const number = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, number);
    places.set(key, { number, dealerId, city: (placement?.adcode ?? '').slice(0, 4) });
  }
  return places;
}
