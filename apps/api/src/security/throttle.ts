import { isIPv6 } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ThrottlerStorageService } from '@nestjs/throttler';
import ipaddr from 'ipaddr.js';
import type { Settings } from '@app/config';
import { VitrineError, type Principal } from '@app/contracts';
import { isSignIn } from '../http/routed-url';

type Rates = Settings['rates'];

const MINUTE_MS = 60_000;
/** Whoever has a network has all addresses of it. */
const IPV6_NETWORK_BITS = 64;

/** What asks as one: an IPv4 address, a /64 network of IPv6. */
export function addressTracker(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip).toString();
  return isIPv6(address) ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/${IPV6_NETWORK_BITS}`).toString() : address;
}

/** Who asks as one: a user, or a key by its name, which does not spend what its maker has. */
export const askerTracker = ({ actor, role }: Pick<Principal, 'actor' | 'role'>): string =>
  JSON.stringify(role === 'api-key' ? [actor.kind, actor.id, role, actor.name] : [actor.kind, actor.id]);

/** Counts requests per minute, in this process; beyond a limit everything of the same tracker is refused for a minute. */
export class Throttle {
  private readonly storage = new ThrottlerStorageService();

  constructor(private readonly rates: Rates) {}

  /** Before anything else looks at a request: floods, and whoever tries tokens or passwords, are stopped by their address. */
  readonly byAddress = (
    request: IncomingMessage & { ip?: string; originalUrl?: string },
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    const tracker = addressTracker(request.ip);
    const kinds: (keyof Rates)[] = isSignIn(request.originalUrl) ? ['address', 'signIn'] : ['address'];
    Promise.all(kinds.map((kind) => this.take(kind, tracker, response))).then(() => next(), next);
  };

  /** Once it is known who asks. */
  async byAsker(principal: Principal, response: ServerResponse): Promise<void> {
    await this.take('user', askerTracker(principal), response);
  }

  close(): void {
    this.storage.onApplicationShutdown();
  }

  private async take(kind: keyof Rates, tracker: string, response: ServerResponse): Promise<void> {
    const limit = this.rates[kind];
    if (limit === 0) return;
    const found = await this.storage.increment(`${kind} ${tracker}`, MINUTE_MS, limit, MINUTE_MS, kind);
    if (!found.isBlocked) return;
    const seconds = Math.max(1, found.timeToBlockExpire);
    response.setHeader('Retry-After', String(seconds));
    throw tooMany(seconds);
  }
}

const tooMany = (seconds: number): VitrineError =>
  new VitrineError(
    'too_many',
    { zh: '请求过于频繁', en: 'Too many requests' },
    { remedy: { zh: `请在 ${seconds} 秒后重试`, en: `Try again in ${seconds} seconds` } },
  );
