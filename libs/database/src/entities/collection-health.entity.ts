import { Column, Entity } from 'typeorm';
import { StreamColumns } from './stream.columns';

/** What an error asks for: `retry` again with back-off · `wait-for-reset` a quota returns · `needs-user` a person · `never` no repetition helps · `internal` our own mistake. */
export const ERROR_CLASSES = ['retry', 'wait-for-reset', 'needs-user', 'never', 'internal'] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** How the collection of one kind of fact of one account stands. The error fields tell of the failures since the last success. */
@Entity('collection_health')
export class CollectionHealthEntity extends StreamColumns {
  @Column({ name: 'last_try_at', type: 'timestamptz', precision: 3 })
  lastTryAt: Date;

  @Column({ name: 'last_success_at', type: 'timestamptz', precision: 3, nullable: true })
  lastSuccessAt: Date | null;

  @Column({ type: 'integer' })
  failures: number;

  @Column({ name: 'error_class', type: 'text', nullable: true })
  errorClass: ErrorClass | null;

  @Column({ name: 'wire_code', type: 'text', nullable: true })
  wireCode: string | null;

  @Column({ type: 'text', nullable: true })
  endpoint: string | null;

  /** Not before this instant; null: with its next slot. */
  @Column({ name: 'next_try_at', type: 'timestamptz', precision: 3, nullable: true })
  nextTryAt: Date | null;

  /** Start of the newest fact that came, for lag; null for facts of days. */
  @Column({ name: 'newest_fact_at', type: 'timestamptz', precision: 3, nullable: true })
  newestFactAt: Date | null;

  @Column({ name: 'newest_fact_day', type: 'date', nullable: true })
  newestFactDay: string | null;
}
