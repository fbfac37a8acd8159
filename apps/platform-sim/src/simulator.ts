import { controlAnswer } from './control';
import { Front } from './front';
import { CallLog } from './log/call-log';
import type { LoggedCall } from './log/call-log';
import { excesses } from './log/limits';
import type { Excess } from './log/limits';
import { Pusher, parseOrders } from './push/pusher';
import type { PushOrder, SentPush } from './push/pusher';
import { ScenarioEngine } from './scenario/engine';
import { SimTruth } from './truth/truth';
import { listen } from './wire/http';
import type { Call, Listener } from './wire/http';
import { createWires, SIM_SERVERS } from './wire/servers';
import type { SimServer } from './wire/servers';
import type { GrantedPair } from './wire/tokens';
import { TROUBLE_LEVELS } from './wire/trouble';
import type { Trouble } from './wire/trouble';
import type { SimAccount } from './world/accounts';
import type { World } from './world/world';

/** A named level, or single figures over `none`. */
export type TroubleChoice = keyof typeof TROUBLE_LEVELS | Partial<Trouble>;

export interface PlatformSimOptions {
  world: World;
  trouble: TroubleChoice;
  /** Scenarios that are on from the start; see `SCENARIOS`. */
  scenarios?: unknown;
  /** The platforms' clock (epoch ms); the real one by default. */
  now?: () => number;
  /** First of the ports in a row; 0 takes free ones. */
  portBase?: number;
  /** Keep every call for `calls` and `limits`; default true. */
  log?: boolean;
}

export type SimUrls = Record<SimServer | 'control', string>;

/** Running servers. `setNow` replaces the platforms' clock by a fixed instant; `requests` counts per server since the start. */
export interface PlatformSim {
  urls: SimUrls;
  setNow(ms: number): void;
  requests(): Record<SimServer, number>;
  /** What is switched on; can be changed while the servers run. */
  scenarios: ScenarioEngine;
  /** Every call since the start, or since `calls` was emptied. */
  calls: LoggedCall[];
  /** Published limits that the calls exceeded. */
  limits(): Excess[];
  /** What connecting an account's advertiser now would store of it. */
  advertiser(server: 'oceanengine' | 'magnetic' | 'tencentads', account: SimAccount): GrantedPair & { principalId: string };
  /** Sends pushes to addresses, with what the scenarios do to them; see docs/platform-sim.md. */
  push(orders: readonly PushOrder[]): Promise<SentPush[]>;
  /** What a perfect collector would hold, had it read at these instants (epoch ms, ascending). */
  truth(readings: readonly number[]): SimTruth;
  stop(): Promise<void>;
}

/** Starts the platforms' servers and the control server on the loopback. Rejects when a port is taken. */
export async function startPlatformSim(options: PlatformSimOptions): Promise<PlatformSim> {
  const { world, portBase = 0 } = options;
  const clock = options.now ?? (() => Date.now());
  let now = clock;
  const parts = { scenarios: new ScenarioEngine(world, () => now()), log: new CallLog(options.log ?? true), now: () => now() };
  if (options.scenarios !== undefined) parts.scenarios.set(options.scenarios);
  const setNow = (ms: number | null) => {
    now = ms === null ? clock : () => ms;
  };
  const wires = createWires(world, chosen(options.trouble), parts.now, parts.scenarios);
  const counts = Object.fromEntries(SIM_SERVERS.map((server) => [server, 0])) as Record<SimServer, number>;
  const fronts = SIM_SERVERS.map((server) => {
    const front = new Front(server, wires[server], wires.makers[server], parts);
    return (call: Call) => {
      counts[server]++;
      return front.answer(call);
    };
  });
  const pusher = new Pusher(world, parts.scenarios, parts.now);
  let pushed: Promise<unknown> = Promise.resolve();
  const control = (call: Call) =>
    controlAnswer(call, {
      ...parts,
      clock: parts.now,
      setNow,
      requests: () => counts,
      gaps: (readings) => new SimTruth(wires.told, parts.scenarios, readings).gaps(world.accounts),
      push: (input) => {
        const orders = parseOrders(input);
        pushed = pushed.then(() => pusher.push(orders)).catch(() => undefined);
        return { accepted: orders.length };
      },
    });
  // the control server keeps its place behind the first three, whatever servers are added
  const names = [...SIM_SERVERS.slice(0, 3), 'control' as const, ...SIM_SERVERS.slice(3)];
  const listeners = await listenAll([...fronts.slice(0, 3), control, ...fronts.slice(3)], portBase);
  return {
    urls: Object.fromEntries(names.map((name, k) => [name, listeners[k]?.url ?? ''])) as SimUrls,
    setNow,
    requests: () => ({ ...counts }),
    scenarios: parts.scenarios,
    calls: parts.log.calls,
    limits: () => excesses(parts.log.calls),
    advertiser: (server, account) => {
      const { advertisers } = wires[server];
      return { principalId: advertisers.idOf(account), ...advertisers.granted(account, now()) };
    },
    push: (orders) => pusher.push(orders),
    truth: (readings) => new SimTruth(wires.told, parts.scenarios, readings),
    stop: async () => {
      await pushed;
      await Promise.all(listeners.map((one) => one.close()));
    },
  };
}

async function listenAll(handlers: ((call: Call) => object)[], portBase: number): Promise<Listener[]> {
  const settled = await Promise.allSettled(handlers.map((handler, k) => listen(portBase === 0 ? 0 : portBase + k, handler)));
  const listeners = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) {
    await Promise.all(listeners.map((one) => one.close()));
    throw failed.reason instanceof Error ? failed.reason : new Error('a port is taken');
  }
  return listeners;
}

function chosen(choice: TroubleChoice): Trouble {
  return typeof choice === 'string' ? TROUBLE_LEVELS[choice] : { ...TROUBLE_LEVELS.none, ...choice };
}
