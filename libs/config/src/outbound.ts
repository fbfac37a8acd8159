import * as dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';

/** Where a connection may not go: the address is not public, and nobody allowed it. The message names the host only. */
export class ForbiddenTarget extends Error {
  readonly code = 'FORBIDDEN_TARGET';

  constructor(host: string) {
    super(`${host} leads to an address that is not public`);
    this.name = 'ForbiddenTarget';
  }
}

export interface OutboundGuard {
  /** Addresses or networks that are not public and may be called all the same (VITRINE_PRIVATE_TARGETS). */
  privateTargets: readonly string[];
  /** Hosts that the operator's own configuration names: they may lie anywhere. */
  trustedHosts?: readonly string[];
  /** Finds all addresses of a name; default: the system's way. */
  resolve?: (host: string) => Promise<dns.LookupAddress[]>;
}

const systemResolve = (host: string): Promise<dns.LookupAddress[]> => dns.promises.lookup(host, { all: true, verbatim: true });

/** Whether an address is one of the public internet; what wraps an IPv4 address (mapped, NAT64, 6to4) is judged by that. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.range() === 'unicast';
  const v6 = parsed as ipaddr.IPv6;
  const bytes = v6.toByteArray();
  const inner = (at: number) => new ipaddr.IPv4(bytes.slice(at, at + 4)).toString();
  if (v6.range() === 'rfc6052') return isPublic(inner(12));
  if (v6.range() === '6to4') return isPublic(inner(2));
  return v6.range() === 'unicast';
}

function isAllowed(address: string, { privateTargets }: OutboundGuard): boolean {
  if (isPublic(address)) return true;
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return privateTargets.some((target) => {
    const network = target.includes('/') ? ipaddr.parseCIDR(target) : ([ipaddr.parse(target), null] as const);
    if (network[0].kind() !== parsed.kind()) return false;
    return network[1] === null ? network[0].toNormalizedString() === parsed.toNormalizedString() : parsed.match(network as never);
  });
}

/**
 * A dispatcher for undici that connects to allowed addresses only. A name is resolved once and the connection goes to what was found then, so that a name
 * that answers differently the next time gains nothing; a name of which any address is forbidden is refused as a whole. Redirects are not followed by
 * undici's `request`; with `fetch`, each one passes here. Connections fail with ForbiddenTarget (as cause).
 */
export function guardedAgent(guard: OutboundGuard, options: Agent.Options & { connect?: buildConnector.BuildOptions } = {}): Agent {
  const trusted = new Set((guard.trustedHosts ?? []).map((host) => host.toLowerCase()));
  const resolve = guard.resolve ?? systemResolve;
  const lookup: LookupFunction = (host, { all }, done) => {
    resolve(host).then(
      (found) => {
        if (found.length === 0 || !found.every(({ address }) => isAllowed(address, guard))) done(new ForbiddenTarget(host), '', 4);
        else if (all) done(null, found);
        else done(null, found[0].address, found[0].family);
      },
      (error: NodeJS.ErrnoException) => done(error, '', 4),
    );
  };
  const plain = buildConnector({ ...options.connect });
  const guarded = buildConnector({ ...options.connect, lookup });
  return new Agent({
    ...options,
    connect: (target, done) => {
      const host = target.hostname.replace(/^\[|\]$/g, '').toLowerCase();
      if (trusted.has(host)) plain(target, done);
      // literal addresses never reach a lookup
      else if (ipaddr.isValid(host) && !isAllowed(host, guard)) done(new ForbiddenTarget(host), null);
      else guarded(target, done);
    },
  });
}
