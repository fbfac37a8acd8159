import type { ScenarioName } from '../scenario/catalogue';
import type { ScenarioEngine } from '../scenario/engine';
import type { SimAccount } from '../world/accounts';

/** Kinds of facts that a collector reads of an account. */
export type TruthKind = 'sessions' | 'videos' | 'followers' | 'leads';

/** Why a reading cannot be had. */
export type GapReason =
  | 'platform-down'
  | 'app-refused'
  | 'address-refused'
  | 'quota'
  | 'revoked'
  | 'no-permission'
  | 'list-broken'
  | 'never-ready'
  | 'never-served';

/** In the order in which a server looks at them. */
const BLOCKS: readonly [ScenarioName, GapReason][] = [
  ['platform-down', 'platform-down'],
  ['app-banned', 'app-refused'],
  ['revoked', 'revoked'],
  ['no-permission', 'no-permission'],
  ['ip-not-allowed', 'address-refused'],
  ['quota-gone', 'quota'],
  ['stuck-cursor', 'list-broken'],
];

/** What keeps everybody, however patient, from reading a kind of an account at an instant from a server; null: it can be read. */
export function blockAt(
  scenarios: ScenarioEngine,
  { platform, index }: SimAccount,
  { kind, at, server = platform }: { kind: TruthKind; at: number; server?: string },
): GapReason | null {
  for (const [name, reason] of BLOCKS) {
    if (name === 'ip-not-allowed' && server !== 'channels') continue;
    if (name === 'no-permission' && !isLiveCall(server, platform, kind)) continue;
    if (name === 'stuck-cursor' && !(server === 'channels' ? kind === 'sessions' : server === 'douyin' && kind === 'videos')) continue;
    if (scenarios.find(name, server, name === 'platform-down' ? -1 : index, at)) return reason;
  }
  return scenarios.wasUsedUp(index, kind, at) ? 'quota' : null;
}

/** Whether the permission for live figures stands before a kind: of the advertising side only Tencent Ads' tables of lives and leads ask for it. */
const isLiveCall = (server: string, platform: string, kind: TruthKind): boolean =>
  (server === platform || server === 'tencentads') && (kind === 'sessions' || kind === 'leads');

/** Kinds that a platform's interface has at all. */
export function kindsOf({ platform }: SimAccount): TruthKind[] {
  const kinds: TruthKind[] = [];
  if (platform !== 'kuaishou') kinds.push('sessions');
  if (platform !== 'channels') kinds.push('videos');
  return [...kinds, 'followers'];
}

const KIND_PATHS: readonly [RegExp, TruthKind][] = [
  [/^\/room\/data\/|get_finder_live_data_list$|live_user_report$|video_channel_live_data|live_room\/analysis/, 'sessions'],
  [/video_list|^\/video\/list|\/external\/item\/|^\/openapi\/photo\/(list|count)$/, 'videos'],
  [/get_finder_live_leads_data$|\/tools\/clue\/get|video_channel_leads_data/, 'leads'],
  [/\/external\/user\/fans|^\/openapi\/user_info$|get_finder_attr|video_channel_fans_data/, 'followers'],
];

/** The kind of facts that a call reads, or null. */
export function kindOfPath(path: string): TruthKind | null {
  return KIND_PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
