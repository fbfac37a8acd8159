import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Clock, Settings } from '@app/config';
import { VitrineError } from '@app/contracts';
import { SealVault } from '@app/database';
import { KEPT_PUSHES, LIVE_PUSHES, LivePlayClient, PlatformError, type LivePush, type TaskState, type WireOptions } from '@app/platforms';
import type { WebhookInbox } from './webhook-inbox';

export interface LivePlayParts {
  dataSource: DataSource;
  secret: string;
  settings: Pick<Settings, 'push'>;
  clock: Clock;
  inbox: WebhookInbox;
  /** How calls are made; tests make them without waiting. */
  wire?: WireOptions;
}

/** State of the pushes of a room. */
export type RoomPushes = Record<LivePush, TaskState>;

const PRODUCT = 'douyin-live';
/** A token that runs out within this time is not used any more. */
const AHEAD_MS = 60_000;
/** Where an answer does not say: two hours are documented. */
const LIFE_SECONDS = 7_200;

/**
 * Pushes of Douyin rooms in which a live play is mounted: started, stopped, and asked for what was not delivered. The token of the mini app is one for all
 * processes, since a second one would cut the first short.
 */
export class LivePlayService {
  private readonly vault: SealVault;
  private readonly client: LivePlayClient;

  constructor(private readonly parts: LivePlayParts) {
    const { settings, secret, wire } = parts;
    this.vault = new SealVault(secret, 'app-tokens');
    this.client = new LivePlayClient({ live: settings.push.douyinLiveBaseUrl, tokens: settings.push.douyinMiniAppBaseUrl }, wire);
  }

  /** The room of a mounted play, by the token that the play was opened with. */
  async roomOf(playToken: string, signal: AbortSignal): Promise<string> {
    return (await this.withToken((token) => this.client.room(token, playToken, signal), signal)).roomId;
  }

  /** Starts what does not run yet; doing it again changes nothing. Throws PlatformError, `gone` where no play is mounted. */
  async start(roomId: string, signal: AbortSignal): Promise<RoomPushes> {
    for (const push of LIVE_PUSHES) {
      const task = { appId: this.app().appId, roomId, push };
      const state = await this.withToken((token) => this.client.state(token, task, signal), signal);
      if (state !== 'running') await this.withToken((token) => this.client.start(token, task, signal), signal);
    }
    return this.state(roomId, signal);
  }

  async stop(roomId: string, signal: AbortSignal): Promise<RoomPushes> {
    for (const push of LIVE_PUSHES) {
      const task = { appId: this.app().appId, roomId, push };
      await this.withToken((token) => this.client.stop(token, task, signal), signal);
    }
    return this.state(roomId, signal);
  }

  async state(roomId: string, signal: AbortSignal): Promise<RoomPushes> {
    const states: Partial<RoomPushes> = {};
    for (const push of LIVE_PUSHES) {
      const task = { appId: this.app().appId, roomId, push };
      states[push] = await this.withToken((token) => this.client.state(token, task, signal), signal);
    }
    return states as RoomPushes;
  }

  /** Takes in what the platform could not deliver; what was delivered after all counts once. Answers how many messages were new. */
  async recover(roomId: string, signal: AbortSignal): Promise<number> {
    let fresh = 0;
    for (const push of KEPT_PUSHES) {
      const task = { appId: this.app().appId, roomId, push };
      const missed = await this.withToken((token) => collected(this.client.missed(token, task, signal)), signal);
      for (const { roomId: room, event, payload } of missed) {
        const list = parsedList(payload);
        if (list === null) continue;
        const key = `missed-${createHash('sha256').update(`${room} ${event} ${payload}`).digest('hex')}`;
        if (await this.parts.inbox.keep('douyin-live', { key, event, message: { roomId: room, list }, sentAt: null })) fresh++;
      }
    }
    return fresh;
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private app(): { appId: string; appSecret: string } {
    const { douyinLiveAppId: appId, douyinLiveAppSecret: appSecret } = this.parts.settings.push;
    if (appId && appSecret) return { appId, appSecret };
    throw new VitrineError(
      'bad_input',
      { zh: '没有直播玩法的小程序凭证', en: 'There are no credentials of the mini app of a live play' },
      { remedy: { zh: '请设置 DOUYIN_LIVE_APP_ID 与 DOUYIN_LIVE_APP_SECRET', en: 'Set DOUYIN_LIVE_APP_ID and DOUYIN_LIVE_APP_SECRET' } },
    );
  }

  /** A token that is refused is replaced once. */
  private async withToken<T>(call: (token: string) => Promise<T>, signal: AbortSignal): Promise<T> {
    const token = await this.token(null, signal);
    try {
      return await call(token);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.action !== 'refresh-once') throw error;
      return call(await this.token(token, signal));
    }
  }

  /** The token of all processes, or a new one where there is none, it has ended, or it is the `refused` one. */
  private token(refused: string | null, signal: AbortSignal): Promise<string> {
    const { dataSource, clock } = this.parts;
    const app = this.app();
    const place = ['app-token', PRODUCT, app.appId] as const;
    return dataSource.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [place.join(' ')]);
      const held = await this.held(tx, app.appId, place);
      if (held && held.token !== refused && held.expiresAt - AHEAD_MS > clock.now()) return held.token;
      const { token, lifeSeconds } = await this.client.token(app, signal);
      await tx.query(
        `INSERT INTO app_token (product, app_id, token, expires_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (product, app_id) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at`,
        [PRODUCT, app.appId, this.vault.seal(token, place), new Date(clock.now() + (lifeSeconds ?? LIFE_SECONDS) * 1_000)],
      );
      return token;
    });
  }

  private async held(tx: EntityManager, appId: string, place: readonly string[]): Promise<{ token: string; expiresAt: number } | null> {
    const [row] = (await tx.query('SELECT token, expires_at AS "expiresAt" FROM app_token WHERE product = $1 AND app_id = $2', [
      PRODUCT,
      appId,
    ])) as { token: Buffer; expiresAt: Date }[];
    return row ? { token: this.vault.open(row.token, place).toString('utf8'), expiresAt: row.expiresAt.getTime() } : null;
  }
}

async function collected<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** A payload is the text of a push: a list of messages, or one. */
function parsedList(payload: string): unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(payload);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return null;
  }
}
