import type { Platform } from '@app/contracts';
import { bodyFields, listen } from './wire/http';
import type { Call, Listener } from './wire/http';
import { ChannelsWire } from './wire/channels';
import { DouyinWire } from './wire/douyin';
import { DouyinOAuth } from './wire/douyin-oauth';
import { KuaishouWire } from './wire/kuaishou';
import { TROUBLE_LEVELS, TroubleMaker } from './wire/trouble';
import type { Trouble } from './wire/trouble';
import type { World } from './world/world';

/** A named level, or single figures over `none`. */
export type TroubleChoice = keyof typeof TROUBLE_LEVELS | Partial<Trouble>;

export interface PlatformSimOptions {
  world: World;
  trouble: TroubleChoice;
  /** The platforms' clock (epoch ms); the real one by default. */
  now?: () => number;
  /** First of four ports in a row; 0 takes free ones. */
  portBase?: number;
}

export type SimUrls = Record<Platform | 'control', string>;

/** Running servers. `setNow` replaces the platforms' clock by a fixed instant; `requests` counts per platform since the start. */
export interface PlatformSim {
  urls: SimUrls;
  setNow(ms: number): void;
  requests(): Record<Platform, number>;
  stop(): Promise<void>;
}

/** Starts the three platforms and the control server on the loopback. Rejects when a port is taken. */
export async function startPlatformSim(options: PlatformSimOptions): Promise<PlatformSim> {
  const { world, portBase = 0 } = options;
  let now = options.now ?? (() => Date.now());
  const clock = () => now();
  const setNow = (ms: number) => {
    now = () => ms;
  };
  const trouble = chosen(options.trouble);
  const wires = createWires(world, trouble, clock);
  const counts: Record<Platform, number> = { douyin: 0, kuaishou: 0, channels: 0 };
  const counted = (platform: Platform) => (call: Call) => {
    counts[platform]++;
    return wires[platform].answer(call);
  };
  const control = (call: Call) => {
    if (call.path === '/requests') return { ...counts, now: clock() };
    const { now: instant } = bodyFields({ ...call, headers: {} });
    if (call.path === '/now' && instant === null) {
      now = options.now ?? (() => Date.now());
      return { now: clock() };
    }
    if (call.path !== '/now' || typeof instant !== 'number' || !Number.isFinite(instant))
      return { error: 'POST /now {"now": ms, or null for the real time} or GET /requests' };
    setNow(instant);
    return { now: instant };
  };
  const handlers = [counted('douyin'), counted('kuaishou'), counted('channels'), control];
  const listeners = await listenAll(handlers, portBase);
  const [douyin = '', kuaishou = '', channels = '', controlUrl = ''] = listeners.map((one) => one.url);
  return {
    urls: { douyin, kuaishou, channels, control: controlUrl },
    setNow,
    requests: () => ({ ...counts }),
    stop: async () => {
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

/** The three wire formats over one world. */
export function createWires(world: World, trouble: Trouble, now: () => number) {
  const maker = (platform: Platform) => new TroubleMaker(world.seed, platform, trouble);
  const douyinOAuth = new DouyinOAuth(world, trouble, now);
  return {
    douyin: new DouyinWire(world, douyinOAuth, maker('douyin'), now),
    douyinOAuth,
    kuaishou: new KuaishouWire(world, maker('kuaishou'), now),
    channels: new ChannelsWire(world, maker('channels'), now),
  };
}
