import { answerCheck, WireClient, type WireOptions } from '../wire/wire-client';
import { wireCount, wireId, wireList, wireObject, wireText, type WireObject } from '../wire/wire-value';
import { numberedPages } from '../numbered-pages';
import { PlatformError, type CollectorAction } from '../platform-error';
import { codeIn } from './douyin-errors';
import { DOUYIN_LIMITS } from './limits';

/** Pushes that a mounted live play can ask for; one task of each in a room. */
export const LIVE_PUSHES = ['live_comment', 'live_gift', 'live_like'] as const;
export type LivePush = (typeof LIVE_PUSHES)[number];
/** The platform keeps what it could not deliver of these for a day. */
export const KEPT_PUSHES: readonly LivePush[] = ['live_gift'];

/** `unknown`: a number that is in no document. */
export type TaskState = 'none' | 'stopped' | 'running' | 'unknown';

/** The mini app whose play is mounted. */
export interface LivePlayApp {
  appId: string;
  appSecret: string;
}

interface Task {
  appId: string;
  roomId: string;
  push: LivePush;
}

const ACTIONS: Readonly<Record<string, CollectorAction>> = {
  '10001': 'retry',
  '10004': 'gone',
  '40022': 'refresh-once',
  '40023': 'fail',
  '5003019': 'fail',
  '40015': 'stop-all',
  '40017': 'stop-all',
  '40020': 'stop-all',
};
const STATES: Readonly<Record<string, TaskState>> = { '1': 'none', '2': 'stopped', '3': 'running' };
const TASK_START = '/api/live_data/task/start';
const MISSED = '/api/live_data/task/fail_data/get';
const TOKEN = '/api/apps/v2/token';
const PAGE_SIZE = 100;

/** Wire protocol of Douyin's live play: tasks of pushes under the token of a mini app, which has a server of its own. `err_no` 0 is good, HTTP 200 always. */
export class LivePlayClient {
  private readonly live: WireClient;
  private readonly tokens: WireClient;

  constructor(urls: { live: string; tokens: string }, options?: WireOptions) {
    const check = answerCheck('douyin', (answer) => codeIn(answer.err_no), ACTIONS);
    const protocol = { platform: 'douyin' as const, check, isRateLimit: (code: string) => code === '5003019', limits: DOUYIN_LIMITS };
    this.live = new WireClient(urls.live, protocol, options);
    this.tokens = new WireClient(urls.tokens, protocol, options);
  }

  /** A new token, for two hours. It cuts the life of the one before to five minutes: one place may ask for it. */
  async token({ appId, appSecret }: LivePlayApp, signal: AbortSignal): Promise<{ token: string; lifeSeconds: number | null }> {
    const json = { appid: appId, secret: appSecret, grant_type: 'client_credential' };
    const { access_token: token, expires_in: life } = wireObject(
      (await this.tokens.send({ method: 'POST', path: TOKEN, json, signal })).data,
    );
    if (wireText(token) === '') throw new PlatformError('douyin', 'fail', 'no token in answer', TOKEN);
    return { token: wireText(token), lifeSeconds: wireCount(life) };
  }

  start(token: string, task: Task, signal: AbortSignal): Promise<WireObject> {
    return this.post(TASK_START, token, task, signal);
  }

  stop(token: string, task: Task, signal: AbortSignal): Promise<WireObject> {
    return this.post('/api/live_data/task/stop', token, task, signal);
  }

  async state(token: string, task: Task, signal: AbortSignal): Promise<TaskState> {
    const answer = await this.live.send({
      path: '/api/live_data/task/get',
      query: fieldsOf(task),
      headers: { 'access-token': token },
      signal,
    });
    return STATES[String(wireObject(answer.data).status)] ?? 'unknown';
  }

  /** What the platform could not deliver, as it would have been pushed. It is not acknowledged: the same comes again until it is a day old. */
  async *missed(token: string, task: Task, signal: AbortSignal): AsyncGenerator<{ roomId: string; event: string; payload: string }> {
    const fetch = async (page: number) => {
      const query = { ...fieldsOf(task), page_num: page, page_size: PAGE_SIZE };
      const data = wireObject((await this.live.send({ path: MISSED, query, headers: { 'access-token': token }, signal })).data);
      return { rows: wireList(data.data_list), totalPages: null, totalRows: wireCount(data.total_count) };
    };
    for await (const rows of numberedPages({ platform: 'douyin', endpoint: MISSED, pageSize: PAGE_SIZE, fetch }))
      for (const row of rows)
        yield { roomId: wireId(row.roomid) ?? task.roomId, event: wireText(row.msg_type) || task.push, payload: wireText(row.payload) };
  }

  /** The room in which a play is mounted, by the token that the play was opened with (good for half an hour). */
  async room(token: string, playToken: string, signal: AbortSignal): Promise<{ roomId: string; principalId: string | null }> {
    const path = '/api/webcastmate/info';
    const answer = await this.live.send({ method: 'POST', path, headers: { 'x-token': token }, json: { token: playToken }, signal });
    const info = wireObject(wireObject(answer.data).info);
    const roomId = wireId(info.room_id);
    if (roomId === null) throw new PlatformError('douyin', 'fail', 'no room in answer', path);
    return { roomId, principalId: wireId(info.anchor_open_id) };
  }

  private post(path: string, token: string, task: Task, signal: AbortSignal): Promise<WireObject> {
    return this.live.send({ method: 'POST', path, headers: { 'access-token': token }, json: fieldsOf(task), signal });
  }

  async close(): Promise<void> {
    await Promise.all([this.live.close(), this.tokens.close()]);
  }
}

const fieldsOf = ({ appId, roomId, push }: Task): Record<'roomid' | 'appid' | 'msg_type', string> => ({
  roomid: roomId,
  appid: appId,
  msg_type: push,
});
