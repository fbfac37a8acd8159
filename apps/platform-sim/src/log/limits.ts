import type { LoggedCall } from './call-log';

/** A limit that was exceeded: which, by whom, when (epoch ms) and by how much. */
export interface Excess {
  limit: string;
  server: string;
  who: string;
  at: number;
  seen: number;
  allowed: number;
}

/** At most `most` calls of one path and app (or credential) in any window of `windowMs`. */
interface RateLimit {
  server: string;
  path: string;
  per: 'app' | 'credential' | 'account';
  most: number;
  windowMs: number;
  /** Only calls with this parameter. */
  where?: [name: string, value: string | number | boolean];
}
/** A parameter has a largest value, or a closed list of values. */
interface ParameterLimit {
  server: string;
  path: string;
  name: string;
  most?: number;
  oneOf?: number[];
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const STABLE = '/cgi-bin/stable_token';

/** The figures that the platforms publish (platforms/*.md); kept apart from the collector's own table, which they check. */
const RATE_LIMITS: readonly RateLimit[] = [
  { server: 'channels', path: STABLE, per: 'app', most: 10_000, windowMs: MINUTE },
  { server: 'channels', path: STABLE, per: 'app', most: 500_000, windowMs: DAY },
  { server: 'channels', path: STABLE, per: 'app', most: 20, windowMs: DAY, where: ['force_refresh', true] },
  { server: 'channels', path: STABLE, per: 'app', most: 1, windowMs: 30_000, where: ['force_refresh', true] },
  { server: 'douyin', path: '/api/live_data/task/start', per: 'app', most: 10, windowMs: 1_000 },
  { server: 'douyin', path: '/oauth/renew_refresh_token/', per: 'account', most: 5, windowMs: 150 * DAY },
];

const PARAMETER_LIMITS: readonly ParameterLimit[] = [
  { server: 'kuaishou', path: '/openapi/photo/list', name: 'count', most: 200 },
  { server: 'douyin', path: '/item/comment/list/', name: 'count', most: 20 },
  { server: 'douyin', path: '/api/live_data/task/fail_data/get', name: 'page_size', most: 100 },
  ...['item', 'fans', 'like', 'comment', 'share', 'profile'].map((tail) => dateType(`/data/external/user/${tail}/`)),
  ...['play', 'like', 'comment', 'share'].map((tail) => dateType(`/data/external/item/${tail}/`)),
  { server: 'oceanengine', path: '/v3.0/report/live_room/analysis/get/', name: 'days', most: 62 },
  { server: 'oceanengine', path: '/v3.0/report/live_room/analysis/get/', name: 'room_ids', most: 100 },
  { server: 'magnetic', path: '/gw/dsp/v1/report/live_user_report', name: 'page_size', most: 2_000 },
];

function dateType(path: string): ParameterLimit {
  return { server: 'douyin', path, name: 'date_type', oneOf: [7, 15, 30] };
}

/** Parameters worth logging. */
export const LIMITED_PARAMETERS: ReadonlySet<string> = new Set(['force_refresh', ...PARAMETER_LIMITS.map(({ name }) => name)]);

/** Every published limit that the calls exceed, in any sliding window; empty when none. */
export function excesses(calls: readonly LoggedCall[]): Excess[] {
  return [...RATE_LIMITS.flatMap((limit) => overRate(limit, calls)), ...PARAMETER_LIMITS.flatMap((limit) => overParameter(limit, calls))];
}

function overRate(limit: RateLimit, calls: readonly LoggedCall[]): Excess[] {
  const { server, path, per, most, windowMs, where } = limit;
  const byWho = new Map<string, number[]>();
  for (const call of calls) {
    // what never reached the platform was not counted there
    if (call.server !== server || !call.path.endsWith(path) || call.verdict === 'reset') continue;
    if (where && call.asked[where[0]] !== where[1]) continue;
    if (path.startsWith('/oauth/renew') && call.verdict !== 'ok') continue;
    const who = per === 'account' ? String(call.account) : call[per];
    const instants = byWho.get(who);
    if (instants) instants.push(call.at);
    else byWho.set(who, [call.at]);
  }
  const found: Excess[] = [];
  for (const [who, instants] of byWho) {
    instants.sort((a, b) => a - b);
    for (let k = most; k < instants.length; k++) {
      const at = instants[k] ?? 0;
      if (at - (instants[k - most] ?? 0) >= windowMs) continue;
      found.push({ limit: `${path} ${most} in ${windowMs} ms`, server, who, at, seen: most + 1, allowed: most });
      break;
    }
  }
  return found;
}

function overParameter({ server, path, name, most, oneOf }: ParameterLimit, calls: readonly LoggedCall[]): Excess[] {
  return calls.flatMap((call) => {
    const value = call.asked[name];
    if (call.server !== server || !call.path.endsWith(path) || value === undefined) return [];
    const seen = Number(value);
    const good = oneOf ? oneOf.includes(seen) : seen <= (most ?? Infinity);
    return good
      ? []
      : [{ limit: `${path} ${name}`, server, who: String(call.account), at: call.at, seen, allowed: most ?? oneOf?.[0] ?? 0 }];
  });
}
