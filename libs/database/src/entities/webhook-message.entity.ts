import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A verified push of a platform, waiting to be worked on or done. Holds keys of viewers, never their ids, and no text of a person. */
@Entity('webhook_message')
@Unique(['channel', 'messageKey'])
export class WebhookMessageEntity {
  @PrimaryGeneratedColumn('identity', { name: 'message_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  messageId: string;

  @Column({ type: 'text' })
  channel: string;

  @Column({ name: 'message_key', type: 'text' })
  messageKey: string;

  @Column({ type: 'text' })
  event: string;

  @Column({ type: 'jsonb' })
  content: unknown;

  @Column({ name: 'received_at', type: 'timestamptz', precision: 3 })
  receivedAt: Date;

  @Column({ type: 'text', default: 'waiting' })
  state: 'waiting' | 'done' | 'ignored' | 'failed';

  @Column({ type: 'integer', default: 0 })
  attempts: number;

  @Column({ name: 'next_try_at', type: 'timestamptz', precision: 3 })
  nextTryAt: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', precision: 3, nullable: true })
  finishedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  outcome: string | null;
}
