import { COLLECTED_KINDS, type CollectedKind } from '@app/analytics';
import type { ConnectedProduct } from '@app/contracts';
import { gives } from '@app/platforms';

/**
 * What the connections of accounts bring, by account key, each kind with the first business day from which it is expected. The one rule of
 * coverage, in reports as in the list of gaps: of what a connection brings, everything is expected, also before anything has come.
 */
export function connectedKinds(connections: Iterable<ConnectedProduct>): Map<string, Map<CollectedKind, string>> {
  const found = new Map<string, Map<CollectedKind, string>>();
  for (const { accountKey, product, since } of connections) {
    const first = found.get(accountKey) ?? new Map<CollectedKind, string>();
    found.set(accountKey, first);
    for (const kind of COLLECTED_KINDS) if (gives(product, kind) && since < (first.get(kind) ?? '9999')) first.set(kind, since);
  }
  return found;
}
