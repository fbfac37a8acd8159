import type { DataSource, EntityManager } from 'typeorm';
import type { Clock } from '@app/config';
import { PRODUCT_PLATFORM, type Platform } from '@app/contracts';
import type { KeptComment, KeptMessage, WebhookChannel } from '@app/platforms';
import type { Warehouse } from '@app/warehouse';
import { changeGrants } from './grant-events';
import { countedMinutes, forgetReactions, keepReactions } from './live-reactions';
import { roomOf, type LiveRoom } from './live-room';
import { CHANNEL_PRODUCT } from './webhook-inbox';

/** What processing may set going. */
export interface WebhookEffects {
  /** Collects the videos of accounts soon. */
  collectVideos(brandId: number, platform: Platform, accounts: string[]): Promise<void>;
  /** Writes rows of an import kind. Throws when they are not safe. */
  importRows(brandId: number, kind: 'comments' | 'minutes', rows: object[]): Promise<void>;
}

export interface ProcessorParts {
  dataSource: DataSource;
  warehouse: Warehouse;
  clock: Clock;
  effects: WebhookEffects;
}

/** What became of the messages that were looked at. */
export interface ProcessedCounts {
  done: number;
  ignored: number;
  postponed: number;
  failed: number;
}

interface Waiting {
  id: string;
  channel: WebhookChannel;
  event: string;
  content: KeptMessage & { sentAt: number | null };
  receivedAt: Date;
  attempts: number;
}
/** `later`: what it needs is not known yet. */
type Outcome = { state: 'done' | 'ignored' | 'later'; outcome: string };

const BATCH = 200;
/** A session is known the morning after; what is not known then never will be. */
const PATIENCE_MS = 3 * 86_400_000;
const LATER_MS = 60 * 60_000;
const RETRY_MS = 30_000;
const MAX_ATTEMPTS = 8;
/** So long a repetition is recognised; live rooms push often, and nothing of theirs is sent again after a day. */
const KEEP_DAYS = 30;
const KEEP_LIVE_DAYS = 1;
const CLEAN_EVERY_MS = 60 * 60_000;

/** Works on stored pushes. Two at once share the messages between them; a message whose work is cut short is worked on again. */
export class WebhookProcessor {
  private cleanedAt = -Infinity;

  constructor(private readonly parts: ProcessorParts) {}

  /** Works on everything that is due. */
  async process(signal: AbortSignal): Promise<ProcessedCounts> {
    const counts: ProcessedCounts = { done: 0, ignored: 0, postponed: 0, failed: 0 };
    while (!signal.aborted && (await this.batch(counts)) === BATCH);
    await this.clean();
    return counts;
  }

  private async clean(): Promise<void> {
    const now = this.parts.clock.now();
    if (now - this.cleanedAt < CLEAN_EVERY_MS) return;
    this.cleanedAt = now;
    const before = (days: number): Date => new Date(now - days * 86_400_000);
    await this.parts.dataSource.query(
      `DELETE FROM webhook_message WHERE finished_at < $1 OR (finished_at < $2 AND channel IN ('douyin-live', 'kuaishou-live'))`,
      [before(KEEP_DAYS), before(KEEP_LIVE_DAYS)],
    );
    await forgetReactions(this.parts.dataSource, now);
  }

  private batch(counts: ProcessedCounts): Promise<number> {
    return this.parts.dataSource.transaction(async (tx) => {
      const now = this.parts.clock.now();
      const waiting = (await tx.query(
        `SELECT message_id AS id, channel, event, content, received_at AS "receivedAt", attempts FROM webhook_message
         WHERE finished_at IS NULL AND next_try_at <= $1 ORDER BY message_id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
        [new Date(now)],
      )) as Waiting[];
      for (const message of waiting) {
        const result = await this.attempt(tx, message, now);
        counts[result.state === 'later' ? 'postponed' : result.state]++;
        await settle(tx, message, result, now);
      }
      return waiting.length;
    });
  }

  /** A failure of one message leaves the others alone. */
  private async attempt(tx: EntityManager, message: Waiting, now: number): Promise<Outcome | { state: 'failed'; outcome: string }> {
    await tx.query('SAVEPOINT message');
    try {
      const result = await this.work(tx, message, now);
      await tx.query('RELEASE SAVEPOINT message');
      return result;
    } catch (error) {
      await tx.query('ROLLBACK TO SAVEPOINT message');
      const outcome = error instanceof Error ? error.name : 'error';
      return message.attempts + 1 >= MAX_ATTEMPTS ? { state: 'failed', outcome } : { state: 'later', outcome };
    }
  }

  private async work(tx: EntityManager, { channel, event, content, receivedAt }: Waiting, now: number): Promise<Outcome> {
    const product = CHANNEL_PRODUCT[channel];
    switch (content.what) {
      case 'grant': {
        const ended = /un_?authorize/i.test(event);
        const at = content.sentAt ?? receivedAt.getTime();
        return { state: 'done', outcome: await changeGrants(tx, { product, ...content, ended, event, at }) };
      }
      case 'video': {
        const bound = await boundAccounts(tx, product, content.principalId);
        for (const { brandId, accounts } of bound) await this.parts.effects.collectVideos(brandId, PRODUCT_PLATFORM[product], accounts);
        return bound.length > 0 ? { state: 'done', outcome: 'collecting' } : { state: 'ignored', outcome: 'unknown principal' };
      }
      case 'comments':
        if (content.comments.length === 0) return { state: 'ignored', outcome: 'no comment of a viewer' };
        return this.ofRoom(tx, { ...content, channel, now, receivedAt: receivedAt.getTime(), at: content.comments[0]!.at }, (room) =>
          this.comments(content.comments, room),
        );
      case 'counts':
        // a message of before parts were kept has none
        if (!content.parts?.length) return { state: 'ignored', outcome: 'nothing counted' };
        return this.ofRoom(tx, { ...content, channel, now, receivedAt: receivedAt.getTime(), at: content.parts[0]!.at }, (room) =>
          this.counts(tx, content, room),
        );
      case 'none':
        return { state: 'ignored', outcome: 'nothing to do' };
    }
  }

  /** What a push says of a room, once its broadcast is known. */
  private async ofRoom(tx: EntityManager, about: AboutRoom, write: (room: PlacedRoom) => Promise<string>): Promise<Outcome> {
    const { channel, roomId, principalId, at, now, receivedAt } = about;
    const platform = PRODUCT_PLATFORM[CHANNEL_PRODUCT[channel]];
    const owners = principalId === null ? [] : await boundAccounts(tx, CHANNEL_PRODUCT[channel], principalId);
    const room = await roomOf({ tx, warehouse: this.parts.warehouse }, { platform, roomId, owners, at });
    if (room) return { state: 'done', outcome: await write({ ...room, platform }) };
    return now - receivedAt > PATIENCE_MS
      ? { state: 'ignored', outcome: 'no session' }
      : { state: 'later', outcome: 'session not known yet' };
  }

  private async comments(comments: readonly KeptComment[], { brandId, ...room }: PlacedRoom): Promise<string> {
    const rows = comments.flatMap((comment) => rowOf(comment, brandId)).map((row) => ({ ...row, ...room }));
    if (rows.length > 0) await this.parts.effects.importRows(brandId, 'comments', rows);
    return `${rows.length} comments`;
  }

  /** The minutes that the parts fall into are told anew, with all that was pushed of them. */
  private async counts(tx: EntityManager, { figure, parts }: Counted, { brandId, ...room }: PlacedRoom): Promise<string> {
    const place = { brandId, platform: room.platform, sessionId: room.sessionId };
    const minutes = await keepReactions(tx, { ...place, figure, parts });
    const rows = (await countedMinutes(tx, place, minutes)).map((row) => ({ ...row, ...room }));
    if (rows.length > 0) await this.parts.effects.importRows(brandId, 'minutes', rows);
    return `${rows.length} minutes`;
  }
}

type Counted = Extract<KeptMessage, { what: 'counts' }>;
type PlacedRoom = LiveRoom & { platform: Platform };
interface AboutRoom {
  channel: WebhookChannel;
  roomId: string | null;
  principalId: string | null;
  /** An instant in the broadcast; now; when the push came. Epoch ms. */
  at: number;
  now: number;
  receivedAt: number;
}

/** Without its text: no figure is made of it. */
function rowOf({ commentId, viewers, at }: KeptComment, brandId: number): object[] {
  const viewer = viewers[String(brandId)];
  return viewer ? [{ viewer, at, commentId, source: 'feed' }] : [];
}

async function boundAccounts(tx: EntityManager, product: string, principalId: string): Promise<{ brandId: number; accounts: string[] }[]> {
  return (await tx.query(
    'SELECT brand_id AS "brandId", account_ids AS accounts FROM platform_grant WHERE product = $1 AND principal_id = $2 ORDER BY brand_id',
    [product, principalId],
  )) as { brandId: number; accounts: string[] }[];
}

async function settle(
  tx: EntityManager,
  { id, attempts }: Waiting,
  { state, outcome }: { state: Outcome['state'] | 'failed'; outcome: string },
  now: number,
): Promise<void> {
  const waits = outcome === 'session not known yet';
  const next = new Date(now + (waits ? LATER_MS : RETRY_MS * 2 ** attempts));
  const ended = state === 'later' ? null : new Date(now);
  await tx.query(
    `UPDATE webhook_message SET state = $2, outcome = $3, attempts = attempts + $4, next_try_at = $5, finished_at = $6 WHERE message_id = $1`,
    [id, state === 'later' ? 'waiting' : state, outcome, waits ? 0 : 1, next, ended],
  );
}
