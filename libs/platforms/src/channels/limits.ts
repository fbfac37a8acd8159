import { DAY_MS, MINUTE_MS, type LimitRule } from '../wire/limit-rules';

const TOKEN_ENDPOINT = '/cgi-bin/stable_token';
/** The same path, asked for a token that replaces the one in force. */
export const FORCED_TOKEN_ENDPOINT = '/cgi-bin/stable_token force_refresh';

/** What WeChat publishes, per appid. A forced refresh counts as a call for a token, too. */
export const CHANNELS_LIMITS: readonly LimitRule[] = [
  { per: 'app', endpoints: [TOKEN_ENDPOINT, FORCED_TOKEN_ENDPOINT], calls: 10_000, perMs: MINUTE_MS, published: true },
  { per: 'app', endpoints: [TOKEN_ENDPOINT, FORCED_TOKEN_ENDPOINT], calls: 500_000, perMs: DAY_MS, published: true },
  { per: 'app', endpoints: [FORCED_TOKEN_ENDPOINT], calls: 20, perMs: DAY_MS, burst: 5, published: true },
  { per: 'app', endpoints: [FORCED_TOKEN_ENDPOINT], calls: 1, perMs: 30_000, published: true },
];
