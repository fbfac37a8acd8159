import type { GrantProduct } from '@app/contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ErrorClass } from './collection-health.entity';

export const DEAD_LETTER_STATES = ['open', 'replayed', 'dropped'] as const;
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

/** A job that was given up, with what is needed to run it again. Ids are bigint as decimal strings. */
@Entity('dead_letter')
export class DeadLetterEntity {
  @PrimaryGeneratedColumn('identity', { name: 'dead_letter_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  deadLetterId: string;

  @Column({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @Column({ type: 'text' })
  product: GrantProduct;

  @Column({ name: 'account_id', type: 'text' })
  accountId: string;

  @Column({ type: 'text' })
  kind: string;

  @Column({ type: 'jsonb' })
  payload: unknown;

  @Column({ name: 'error_class', type: 'text' })
  errorClass: ErrorClass;

  @Column({ name: 'wire_code', type: 'text' })
  wireCode: string;

  @Column({ type: 'text', nullable: true })
  endpoint: string | null;

  @Column({ name: 'first_at', type: 'timestamptz', precision: 3 })
  firstAt: Date;

  @Column({ name: 'last_at', type: 'timestamptz', precision: 3 })
  lastAt: Date;

  @Column({ type: 'integer' })
  attempts: number;

  @Column({ type: 'text' })
  state: DeadLetterState;
}
