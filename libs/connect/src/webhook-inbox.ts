import type { DataSource } from 'typeorm';
import type { Clock, Settings } from '@app/config';
import { PRODUCT_PLATFORM, type GrantProduct } from '@app/contracts';
import { GrantVault, loadViewerKeys } from '@app/database';
import {
  minimised,
  verifyWebhook,
  type KeptMessage,
  type ViewerKeysOf,
  type WebhookChannel,
  type WebhookRefusal,
  type WebhookRequest,
  type WebhookSecrets,
  type WebhookVerdict,
} from '@app/platforms';
import type { ViewerKeys } from '@app/warehouse';
import { appSettingsOf } from './connect.service';

export interface InboxParts {
  dataSource: DataSource;
  secret: string;
  settings: Pick<Settings, 'platforms' | 'advertising' | 'push'>;
  clock: Clock;
}

/** What is answered: `waiting` tells that there is something to work on. */
export type InboxAnswer = { refused: WebhookRefusal } | { answer: object | string; event: string; waiting: boolean };

/** The product whose app signs a channel's pushes. */
export const CHANNEL_PRODUCT: Readonly<Record<WebhookChannel, GrantProduct>> = {
  douyin: 'douyin-open',
  'douyin-live': 'douyin-open',
  kuaishou: 'kuaishou-open',
  'kuaishou-live': 'kuaishou-open',
  oceanengine: 'oceanengine',
  channels: 'channels-app',
};

/** Secrets and keys change rarely; a push must be answered within two seconds. */
const KNOWN_FOR_MS = 30_000;

interface Known {
  at: number;
  grants: { product: string; appId: string; secret: string }[];
  viewerKeys: Map<number, ViewerKeys>;
}

/**
 * Takes pushes of platforms: verified, then stored once with the least that their processing needs (viewers as keys, no text of a person), then
 * answered. The work is done later, by WebhookProcessor.
 */
export class WebhookInbox {
  private readonly vault: GrantVault;
  private known: Known | null = null;

  constructor(private readonly parts: InboxParts) {
    this.vault = new GrantVault(parts.secret);
  }

  async receive(channel: WebhookChannel, request: WebhookRequest): Promise<InboxAnswer> {
    const now = this.parts.clock.now();
    const known = await this.knownAt(now);
    const verdict = verifyWebhook(channel, request, { secrets: this.secretsOf(channel, known), now });
    if (verdict.kind === 'refused') return { refused: verdict.reason };
    if (verdict.kind === 'challenge') return { answer: verdict.answer, event: 'challenge', waiting: false };
    const kept = this.minimal(channel, verdict, { now, known });
    const waiting = await this.store(channel, verdict, kept, now);
    return { answer: verdict.answer, event: verdict.event, waiting };
  }

  /** Keeps a message of a platform that came by another way than a push, as if it had been pushed; false where it was kept before, or asks for nothing. */
  async keep(channel: WebhookChannel, given: Omit<Extract<WebhookVerdict, { kind: 'message' }>, 'kind' | 'answer'>): Promise<boolean> {
    const now = this.parts.clock.now();
    const kept = this.minimal(channel, given, { now, known: await this.knownAt(now) });
    return this.store(channel, given, kept, now);
  }

  private minimal(
    channel: WebhookChannel,
    { event, message, key }: Pick<Extract<WebhookVerdict, { kind: 'message' }>, 'event' | 'message' | 'key'>,
    { now, known }: { now: number; known: Known },
  ): KeptMessage {
    return minimised(channel, event, message, { receivedAt: now, viewerKeys: keysUnder(channel, known), messageKey: key });
  }

  /** False for a repetition, and for a message that asks for nothing. */
  private async store(
    channel: WebhookChannel,
    { key, event, sentAt }: Pick<Extract<WebhookVerdict, { kind: 'message' }>, 'key' | 'event' | 'sentAt'>,
    kept: KeptMessage,
    now: number,
  ): Promise<boolean> {
    const ignored = kept.what === 'none';
    const at = new Date(now);
    const rows = (await this.parts.dataSource.query(
      `INSERT INTO webhook_message (channel, message_key, event, content, received_at, next_try_at, state, finished_at)
       VALUES ($1, $2, $3, $4, $5, $5, $6, $7) ON CONFLICT (channel, message_key) DO NOTHING RETURNING message_id`,
      [
        channel,
        key.slice(0, 200),
        event.slice(0, 100),
        JSON.stringify({ ...kept, sentAt }),
        at,
        ignored ? 'ignored' : 'waiting',
        ignored ? at : null,
      ],
    )) as unknown[];
    return rows.length > 0 && !ignored;
  }

  private secretsOf(channel: WebhookChannel, { grants }: Known): WebhookSecrets {
    const { settings } = this.parts;
    const product = CHANNEL_PRODUCT[channel];
    const app = appSettingsOf(settings, product);
    const { channelsToken, channelsAesKey, douyinLiveSecrets } = settings.push;
    const appId = app.appId ?? grants.find((grant) => grant.product === product)?.appId ?? null;
    return {
      ofApp: (named) => [
        ...(app.appSecret && (named === null || app.appId === null || named === app.appId) ? [app.appSecret] : []),
        ...grants.filter((grant) => grant.product === product && (named === null || grant.appId === named)).map(({ secret }) => secret),
      ],
      live: liveSecrets(douyinLiveSecrets),
      channels: channelsToken && channelsAesKey && appId ? { token: channelsToken, aesKey: channelsAesKey, appId } : null,
    };
  }

  /** Null for a box of another secret: pushes of other apps are taken all the same. */
  private opened(box: Buffer, place: { brandId: number; product: string; principalId: string }): string | null {
    try {
      return this.vault.open(box, { ...place, field: 'appSecret' }).reveal();
    } catch {
      return null;
    }
  }

  private async knownAt(now: number): Promise<Known> {
    if (this.known && Math.abs(now - this.known.at) < KNOWN_FOR_MS) return this.known;
    const { dataSource, secret } = this.parts;
    const apps = (await dataSource.query(
      `SELECT brand_id AS "brandId", product, principal_id AS "principalId", app_id AS "appId", app_secret AS box
       FROM platform_grant WHERE app_id IS NOT NULL AND app_secret IS NOT NULL`,
    )) as { brandId: number; product: GrantProduct; principalId: string; appId: string; box: Buffer }[];
    const grants = apps.flatMap(({ box, ...place }) => {
      const appSecret = this.opened(box, place);
      return appSecret === null ? [] : [{ product: place.product, appId: place.appId, secret: appSecret }];
    });
    const brands = (await dataSource.query('SELECT brand_id AS id FROM brand')) as { id: number }[];
    const viewerKeys = new Map<number, ViewerKeys>();
    for (const { id } of brands) viewerKeys.set(id, await loadViewerKeys(dataSource, secret, id));
    this.known = { at: now, grants, viewerKeys };
    return this.known;
  }
}

/** A push does not say whose brand it is: the viewer is hashed for each, and the brand of the room picks its own later. */
function keysUnder(channel: WebhookChannel, { viewerKeys }: Known): ViewerKeysOf {
  const platform = PRODUCT_PLATFORM[CHANNEL_PRODUCT[channel]];
  return (viewer, at) =>
    Object.fromEntries(
      [...viewerKeys].map(([brandId, keys]) => [String(brandId), keys.exported(keys.keyOf(platform, viewer, at) ?? 0n, at)]),
    );
}

/** One secret for all types, or `type=secret` pairs. Secrets may hold `=`. */
function liveSecrets(setting: string | null): Record<string, string> {
  if (setting === null) return {};
  if (!/^live_\w+=/.test(setting)) return { '*': setting };
  return Object.fromEntries(
    setting
      .split(',')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
      .filter(([type, secret]) => type !== '' && secret !== ''),
  );
}
