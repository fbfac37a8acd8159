import type { DeliverySnapshot } from '@app/database';

/** Longer lists of open deliveries are of an outage: whoever comes back then gets the whole board. */
const MOST_OPEN = 200;
const PLACE = /^(\d{1,19})((?:-\d{1,19})*)$/;

/** A place in the landing log as text: `horizon-open-open`. Null: it would be too long to be an id. */
export function placeText({ horizon, open }: DeliverySnapshot): string | null {
  return open.length > MOST_OPEN ? null : [horizon, ...open].join('-');
}

/** The place of a text; null for one that is none. */
export function placeOf(text: string): DeliverySnapshot | null {
  const [, horizon, open] = PLACE.exec(text) ?? [];
  if (horizon === undefined) return null;
  const ids = open.split('-').slice(1);
  return ids.length > MOST_OPEN ? null : { horizon, open: ids };
}

/** Can there be deliveries between two places, the second of which is not before the first? */
export const isBefore = (a: DeliverySnapshot, b: DeliverySnapshot): boolean =>
  BigInt(a.horizon) <= BigInt(b.horizon) && (a.horizon !== b.horizon || a.open.join() !== b.open.join());

/** SQL: is a row of the landing log between two places: closed by the second, and not by the first? Parameters of `stretchOf`. */
export const IN_STRETCH = `((delivery_id > {horizon: UInt64} AND delivery_id <= {newHorizon: UInt64}) OR delivery_id IN {open: Array(UInt64)})
    AND delivery_id NOT IN {newOpen: Array(UInt64)}`;

/** Parameters of `IN_STRETCH`. */
export const stretchOf = (from: DeliverySnapshot, to: DeliverySnapshot) => ({
  horizon: BigInt(from.horizon),
  open: from.open.map(BigInt),
  newHorizon: BigInt(to.horizon),
  newOpen: to.open.map(BigInt),
});
