import type { ScenarioEngine } from '../scenario/engine';
import { mix, unit } from '../world/random';
import type { World } from '../world/world';
import { forged, PUSH_SERVERS, signedPush } from './pushes';
import type { PushServer, SignedPush } from './pushes';

/** What is to be pushed: an event of an account to a target; `to` is the whole address. */
export interface PushOrder {
  to: string;
  server: PushServer;
  event: string;
  /** The world's account id; its open_id goes into the push. */
  accountId: string;
  content?: Record<string, unknown>;
}

/** One request that was sent. `status` 0: nobody answered in time. */
export interface SentPush {
  id: string;
  event: string;
  forged: boolean;
  status: number;
  answer: string;
}

/** Platforms wait this long for an answer, and repeat a push three times; of live rooms none is repeated (Douyin: 5 s; live play 2 s, gifts 3 s). */
const PATIENCE_MS = 5_000;
const TRIES = 4;
const LIVE = { patienceMs: 2_000, giftPatienceMs: 3_000, tries: 1 };
/** So many failures in a row of a live room's pushes, and the platform drops what comes for so long. */
const BREAKS_AFTER = 10;
const BROKEN_MS = 10_000;
/** Places behind everything that is sent: a retry that comes late. */
const LATE = 1_000_000;

/** Sends pushes as the running scenarios will have it: lost, twice, in another order, beside forged ones. */
export class Pusher {
  private serial = 0;
  /** Of targets of live rooms' pushes: failures in a row, and until when nothing is sent to them. */
  private readonly targets = new Map<string, { failures: number; brokenUntil: number }>();

  constructor(
    private readonly world: World,
    private readonly scenarios: ScenarioEngine,
    private readonly now: () => number,
  ) {}

  /** Everything that was sent for these orders, in the order of sending; a lost push, and one that a tripped breaker dropped, is not in it. */
  async push(orders: readonly PushOrder[]): Promise<SentPush[]> {
    const planned = orders.flatMap((order) => this.plan(order));
    const sent: SentPush[] = [];
    for (const { order, push, id, isForged } of planned.sort((a, b) => a.place - b.place)) {
      if (this.isBroken(order)) continue;
      const answered = await deliver(order.to, push, patienceOf(order, isForged));
      if (!isForged) this.note(order, answered.status);
      sent.push({ id, event: order.event, forged: isForged, ...answered });
    }
    return sent;
  }

  private isBroken({ to, server }: PushOrder): boolean {
    return server === 'douyin-live' && this.now() < (this.targets.get(to)?.brokenUntil ?? -Infinity);
  }

  private note({ to, server }: PushOrder, status: number): void {
    if (server !== 'douyin-live') return;
    const failures = status >= 200 && status < 300 ? 0 : (this.targets.get(to)?.failures ?? 0) + 1;
    const breaks = failures >= BREAKS_AFTER;
    this.targets.set(to, { failures: breaks ? 0 : failures, brokenUntil: breaks ? this.now() + BROKEN_MS : -Infinity });
  }

  private plan(order: PushOrder) {
    const serial = ++this.serial;
    const account = this.world.accounts.find(({ accountId }) => accountId === order.accountId);
    if (!account) throw new RangeError('no such account');
    const { server, event, content = {} } = order;
    const id = `m${mix(this.world.seed, 95, serial).toString(36)}`;
    const push = signedPush(server, { event, openId: account.openId, content, id, at: this.now() });
    const strikes = (name: 'push-duplicates' | 'push-lost' | 'push-reordered' | 'push-bad-signature' | 'push-late', salt: number) => {
      const setting = this.scenarios.find(name, server, account.index);
      return setting !== null && unit(this.world.seed, 96, serial, salt) < (setting.rate ?? 0.4);
    };
    if (strikes('push-lost', 1)) return [];
    const place = serial + (strikes('push-reordered', 2) ? 2.5 : 0);
    const one = { order, push, id, isForged: false, place };
    const twice = strikes('push-duplicates', 3) ? [{ ...one, place: place + 1.5 }] : [];
    const stranger = strikes('push-bad-signature', 4) ? [{ ...one, push: forged(push), isForged: true, place: place - 0.25 }] : [];
    const late = strikes('push-late', 5) ? [{ ...one, place: place + LATE }] : [];
    return [one, ...twice, ...stranger, ...late];
  }
}

const patienceOf = ({ server, event }: PushOrder, isForged: boolean): { tries: number; patienceMs: number } => {
  if (!server.endsWith('-live')) return { tries: isForged ? 1 : TRIES, patienceMs: PATIENCE_MS };
  return { tries: LIVE.tries, patienceMs: event === 'live_gift' ? LIVE.giftPatienceMs : LIVE.patienceMs };
};

/** Sends until it is taken (2xx), at most so many times. */
async function deliver(
  to: string,
  { query, headers, body }: SignedPush,
  { tries, patienceMs }: { tries: number; patienceMs: number },
): Promise<{ status: number; answer: string }> {
  const url = new URL(to);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  let last = { status: 0, answer: '' };
  for (let k = 0; k < tries && (last.status < 200 || last.status >= 300); k++) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal: AbortSignal.timeout(patienceMs),
      });
      last = { status: response.status, answer: await response.text() };
    } catch {
      last = { status: 0, answer: '' };
    }
  }
  return last;
}

/** Orders out of JSON; throws RangeError naming what is wrong. */
export function parseOrders(input: unknown): PushOrder[] {
  const list: unknown[] = Array.isArray(input) ? input : [input];
  return list.map((one) => {
    const { to, server, event, accountId, content } = (one ?? {}) as Record<string, unknown>;
    const known = PUSH_SERVERS.find((name) => name === server);
    if (typeof to !== 'string' || !known || typeof event !== 'string' || typeof accountId !== 'string')
      throw new RangeError(`a push is {to, server: ${PUSH_SERVERS.join('|')}, event, accountId, [content]}`);
    return { to, server: known, event, accountId, content: (content ?? {}) as Record<string, unknown> };
  });
}
