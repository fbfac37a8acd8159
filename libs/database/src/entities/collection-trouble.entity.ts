import type { GrantProduct } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ErrorClass } from './collection-health.entity';

/** A business day on which tries of one kind of one account failed, with the latest reason: why a gap is one, also after the recovery. */
@Entity('collection_trouble')
export class CollectionTroubleEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'text' })
  product: GrantProduct;

  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  kind: string;

  /** Business day of the tries. */
  @PrimaryColumn({ type: 'date' })
  day: string;

  @Column({ name: 'error_class', type: 'text' })
  errorClass: ErrorClass;

  @Column({ name: 'wire_code', type: 'text' })
  wireCode: string;

  @Column({ type: 'text', nullable: true })
  endpoint: string | null;

  @Column({ type: 'integer' })
  tries: number;

  @Column({ name: 'last_at', type: 'timestamptz', precision: 3 })
  lastAt: Date;
}
