import type { ScenarioName } from '../scenario/catalogue';
import type { ScenarioEngine } from '../scenario/engine';
import type { SimAccount } from '../world/accounts';

/** Kinds of facts that a collector reads of an account. */
export type TruthKind = 'sessions' | 'videos' | 'followers';

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

const BLOCKS: readonly [ScenarioName, GapReason][] = [
  ['revoked', 'revoked'],
  ['app-banned', 'app-refused'],
  ['platform-down', 'platform-down'],
  ['ip-not-allowed', 'address-refused'],
  ['quota-gone', 'quota'],
  ['no-permission', 'no-permission'],
  ['stuck-cursor', 'list-broken'],
];

/** What keeps everybody, however patient, from reading a kind of an account at an instant; null: it can be read. */
export function blockAt(scenarios: ScenarioEngine, account: SimAccount, kind: TruthKind, at: number): GapReason | null {
  const { platform, index } = account;
  for (const [name, reason] of BLOCKS) {
    if (name === 'ip-not-allowed' && platform !== 'channels') continue;
    if (name === 'no-permission' && kind !== 'sessions') continue;
    if (name === 'stuck-cursor' && !(platform === 'channels' ? kind === 'sessions' : platform === 'douyin' && kind === 'videos')) continue;
    if (scenarios.find(name, platform, name === 'platform-down' ? -1 : index, at)) return reason;
  }
  return scenarios.wasUsedUp(index, kind, at) ? 'quota' : null;
}

/** Kinds that a platform's interface has at all. */
export function kindsOf({ platform }: SimAccount): TruthKind[] {
  const kinds: TruthKind[] = [];
  if (platform !== 'kuaishou') kinds.push('sessions');
  if (platform !== 'channels') kinds.push('videos');
  return [...kinds, 'followers'];
}

const KIND_PATHS: readonly [RegExp, TruthKind][] = [
  [/^\/room\/data\/|get_finder_live_data_list$/, 'sessions'],
  [/video_list|^\/video\/list|\/external\/item\/|^\/openapi\/photo\/list$/, 'videos'],
  [/\/external\/user\/fans|^\/openapi\/user_info$|get_finder_attr/, 'followers'],
];

/** The kind of facts that a call reads, or null. */
export function kindOfPath(path: string): TruthKind | null {
  return KIND_PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
