import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ErrorClass } from './collection-health.entity';
import { StreamColumns } from './stream.columns';

/** A code for which tries of one stream failed on a business day: why a gap is one, also after the recovery. */
@Entity('collection_trouble')
export class CollectionTroubleEntity extends StreamColumns {
  /** Business day of the tries. */
  @PrimaryColumn({ type: 'date' })
  day: string;

  @Column({ name: 'error_class', type: 'text' })
  errorClass: ErrorClass;

  @PrimaryColumn({ name: 'wire_code', type: 'text' })
  wireCode: string;

  @Column({ type: 'text', nullable: true })
  endpoint: string | null;

  @Column({ type: 'integer' })
  tries: number;

  @Column({ name: 'last_at', type: 'timestamptz', precision: 3 })
  lastAt: Date;
}
