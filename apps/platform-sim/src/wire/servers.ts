import { ScenarioEngine } from '../scenario/engine';
import { ToldWorld } from '../scenario/told-world';
import type { World } from '../world/world';
import { ChannelsWire } from './channels';
import { DouyinWire } from './douyin';
import { DouyinOAuth } from './douyin-oauth';
import type { Call } from './http';
import { KuaishouWire } from './kuaishou';
import { MagneticWire } from './magnetic';
import { OceanEngineWire } from './oceanengine';
import { TencentAdsWire } from './tencent-ads';
import { TroubleMaker } from './trouble';
import type { Trouble } from './trouble';

/** One wire format over the world. */
export interface Wire {
  answer(call: Call): object;
}

/** The servers, in the order of their ports; the control server comes after the first three. */
export const SIM_SERVERS = ['douyin', 'kuaishou', 'channels', 'oceanengine', 'magnetic', 'tencentads'] as const;
export type SimServer = (typeof SIM_SERVERS)[number];

/** The wire formats over one world, and what each does wrong. */
export function createWires(world: World, trouble: Trouble, now: () => number, scenarios = new ScenarioEngine(world, now)) {
  const told = new ToldWorld(world, scenarios, trouble.lateCorrections);
  const maker = (server: SimServer) => new TroubleMaker(world.seed, server, trouble, scenarios);
  const makers = Object.fromEntries(SIM_SERVERS.map((server) => [server, maker(server)])) as Record<SimServer, TroubleMaker>;
  const douyinOAuth = new DouyinOAuth(world, makers.douyin, now);
  return {
    told,
    makers,
    douyin: new DouyinWire(told, douyinOAuth, makers.douyin, now),
    douyinOAuth,
    kuaishou: new KuaishouWire(told, makers.kuaishou, now),
    channels: new ChannelsWire(told, makers.channels, now),
    oceanengine: new OceanEngineWire(told, makers.oceanengine, now),
    magnetic: new MagneticWire(told, makers.magnetic, now),
    tencentads: new TencentAdsWire(told, makers.tencentads, now),
  };
}
