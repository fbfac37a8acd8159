// One process that answers as the three platforms do, cheaply, and writes down every call: which stream it was for, and whether a limit was exceeded.
import * as http from 'node:http';
import { businessDay, dayStart } from '@app/contracts';
import {
  CHANNELS_LIMITS,
  chargesOf,
  completeRules,
  DOUYIN_LIMITS,
  FORCED_TOKEN_ENDPOINT,
  KUAISHOU_LIMITS,
  scaledRule,
} from '@app/platforms';
import { benchAccounts, type BenchAccount } from './accounts';
import { DAY, FastClock, HOUR, RATES, ZONE } from './fast-clock';

const clock = FastClock.parse(process.env.BENCH_CLOCK ?? '');
const accounts = benchAccounts(Number(process.env.BENCH_ACCOUNTS));
const byPrincipal = new Map(accounts.map((account) => [account.principalId, account]));
const byToken = new Map(accounts.map((account) => [account.token, account]));
const start = Number(process.env.BENCH_START);
const begin = Number(process.env.BENCH_BEGIN);
const down: { from: number; to: number } = JSON.parse(process.env.BENCH_DOWN ?? '{"from":0,"to":0}') as { from: number; to: number };

/** Sliding windows by the time of arrival. */
class Watched {
  private readonly windows = new Map<string, number[]>();
  calls = 0;
  /** Of each simulated hour. */
  readonly byHour: number[] = [];
  exceeded = 0;
  worst = 0;

  constructor(
    private readonly product: string,
    private readonly rules: ReturnType<typeof completeRules>,
  ) {}

  count(app: string, credential: string, endpoint: string): void {
    this.calls++;
    const hour = Math.max(0, Math.floor((clock.now() - begin) / HOUR));
    this.byHour[hour] = (this.byHour[hour] ?? 0) + 1;
    const now = performance.now();
    for (const { key, calls, perMs } of chargesOf(this.rules, this.product, { app, credential, share: '' }, endpoint)) {
      const window = this.windows.get(key) ?? [];
      while (window.length > 0 && (window[0] ?? 0) <= now - perMs) window.shift();
      window.push(now);
      this.windows.set(key, window);
      if (window.length > calls) this.exceeded++;
      this.worst = Math.max(this.worst, window.length / calls);
    }
  }
}

const rulesOf = (published: Parameters<typeof completeRules>[0]) =>
  completeRules(published, RATES).map((rule) => scaledRule(rule, clock.speed));
const watched = {
  douyin: new Watched('douyin', rulesOf(DOUYIN_LIMITS)),
  kuaishou: new Watched('kuaishou', rulesOf(KUAISHOU_LIMITS)),
  channels: new Watched('channels', rulesOf(CHANNELS_LIMITS)),
};
/** Simulated instants at which a stream was read, by `kind accountId`. */
const reads = new Map<string, number[]>();
let refused = 0;
/** By path. */
const calls = new Map<string, number>();

function read(kind: string, account: BenchAccount): void {
  const key = `${kind} ${account.accountId}`;
  const known = reads.get(key);
  if (known) known.push(clock.now());
  else reads.set(key, [clock.now()]);
}

/** An hour's broadcast a day, at the account's own hour. */
function session(account: BenchAccount, day: number): { id: string; from: number; to: number } {
  const from = day + (8 + (account.index % 14)) * HOUR;
  return { id: `${account.accountId}-${businessDay(from, ZONE)}`, from, to: from + HOUR };
}
const days = (): number[] => [start - DAY, start];

function douyin(url: URL, token: string): object {
  const account = byToken.get(token) ?? byPrincipal.get(url.searchParams.get('open_id') ?? '');
  watched.douyin.count('app', account?.principalId ?? '?', url.pathname);
  if (!account) return { data: { error_code: 28001003 } };
  const path = url.pathname;
  if (path.endsWith('/room_id/get/')) {
    read('sessions', account);
    const [from, to] = ['start_time', 'end_time'].map((name) => Number(url.searchParams.get(name)) * 1_000);
    const listed = days().map((day) => session(account, day));
    return { err_no: 0, room_ids: listed.filter((one) => one.from >= (from ?? 0) && one.from < (to ?? 0)).map(({ id }) => id) };
  }
  if (path.startsWith('/room/data/')) {
    const room = url.searchParams.get('room_id') ?? '';
    const one = days()
      .map((day) => session(account, day))
      .find(({ id }) => id === room);
    const values: Record<string, number> = {
      live_start_ts: (one?.from ?? 0) / 1_000,
      live_end_ts: (one?.to ?? 0) / 1_000,
      live_watch_cnt_td: 900,
    };
    const entries = Object.entries(values);
    return {
      err_no: 0,
      data: {
        stats: entries.map(([name, value]) => ({ item: room, live_id: 1, name, timeslot: '', value })),
        data_ready_status: entries.map(([name]) => ({ name, live_id: 1, time_slot: '', is_ready: true })),
      },
    };
  }
  if (path.endsWith('/video_list/')) {
    read('videos', account);
    const statistics = { play_count: 1_000 + account.index, digg_count: 1, comment_count: 0, share_count: 0 };
    const list = [
      { video_id: `${account.accountId}v`, item_id: '@', create_time: (start - DAY) / 1_000, video_status: 5, title: 't', statistics },
    ];
    return { data: { error_code: 0, has_more: false, cursor: 1, list } };
  }
  if (path.endsWith('/user/fans/')) {
    read('followers', account);
    return { data: { error_code: 0, result_list: [{ date: businessDay(start - DAY, ZONE), total_fans: 1_500, new_fans: 1 }] } };
  }
  return { data: { error_code: 0, result_list: [] } };
}

function kuaishou(url: URL): object {
  const account = byToken.get(url.searchParams.get('access_token') ?? '');
  watched.kuaishou.count('app', account?.principalId ?? '?', url.pathname);
  if (!account) return { result: 100200108 };
  if (url.pathname.endsWith('/user_info')) {
    read('followers', account);
    return { result: 1, user_info: { name: account.accountId, fan: 10_000 + account.index } };
  }
  if (url.searchParams.get('cursor')) return { result: 1, video_list: [] };
  read('videos', account);
  const video = {
    photo_id: `${account.accountId}v`,
    caption: '',
    create_time: start - DAY,
    like_count: 1,
    comment_count: 0,
    view_count: 50,
    pending: false,
  };
  return { result: 1, video_list: [video] };
}

function channels(url: URL, body: Record<string, unknown>): object {
  const path = url.pathname;
  const asked = path === '/cgi-bin/stable_token';
  const account = asked ? byPrincipal.get(String(body.appid)) : byToken.get(url.searchParams.get('access_token') ?? '');
  const endpoint = asked && body.force_refresh === true ? FORCED_TOKEN_ENDPOINT : path;
  watched.channels.count(account?.principalId ?? '?', account?.principalId ?? '?', endpoint);
  if (!account) return { errcode: 40013 };
  if (asked) return { access_token: account.token, expires_in: 7_200 };
  if (path.endsWith('/get_finder_attr_by_appid')) {
    read('followers', account);
    return { errcode: 0, finder_attr: { uniq_id: 'sph', nickname: account.accountId, fans_count: 5_000 } };
  }
  if (path.endsWith('/get_finder_live_leads_data')) {
    // one call a day of the span: the newest stands for all
    if (Number(body.start_time) * 1_000 >= dayStart(businessDay(clock.now(), ZONE), ZONE) - DAY) read('leads', account);
    return { errcode: 0, item: [] };
  }
  read('sessions', account);
  const [from, to] = [Number(body.start_time) * 1_000, Number(body.end_time) * 1_000];
  const ended = days()
    .map((day) => session(account, day))
    .filter((one) => one.to >= from && one.to <= to);
  const item = ended.map((one) => ({
    export_id: one.id,
    live_start_time: one.from / 1_000,
    live_duration_in_seconds: 3_600,
    total_audience_count: 800,
  }));
  return { errcode: 0, item, continue_flag: false, last_buffer: '' };
}

const isDown = (): boolean => clock.now() >= down.from && clock.now() < down.to;

function serve(answer: (url: URL, token: string, body: Record<string, unknown>) => object, mayBeDown: boolean): http.Server {
  const server = http.createServer((request, response) => {
    if (mayBeDown && isDown()) {
      refused++;
      return void response.writeHead(503).end('down');
    }
    let text = '';
    request.on('data', (bytes: Buffer) => (text += bytes.toString()));
    request.on('end', () => {
      const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
      const url = new URL(request.url ?? '/', 'http://server');
      calls.set(url.pathname, (calls.get(url.pathname) ?? 0) + 1);
      const told = JSON.stringify(answer(url, String(request.headers['access-token'] ?? ''), body));
      response.writeHead(200, { 'content-type': 'application/json' }).end(told);
    });
  });
  return server.listen(0, '127.0.0.1');
}

const servers = {
  douyin: serve(douyin, false),
  kuaishou: serve(kuaishou, false),
  channels: serve((url, _, body) => channels(url, body), true),
};
const portOf = (server: http.Server): number => (server.address() as { port: number }).port;

void Promise.all(Object.values(servers).map((server) => new Promise((resolve) => server.once('listening', resolve)))).then(() =>
  process.send?.({
    urls: Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, `http://127.0.0.1:${portOf(server)}`])),
  }),
);
process.on('message', () => {
  const limits = Object.fromEntries(
    Object.entries(watched).map(([name, { calls, exceeded, worst }]) => [name, { calls, exceeded, worst }]),
  );
  const callsByHour = Object.fromEntries(
    Object.entries(watched).map(([name, { byHour }]) => [name, Array.from(byHour, (count) => count ?? 0)]),
  );
  process.send?.({ limits, refused, callsByHour, reads: [...reads], calls: { ...Object.fromEntries(calls), refused } });
});
process.on('disconnect', () => process.exit(0));
