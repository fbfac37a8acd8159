import { PLATFORMS, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the collection of one kind of fact of one account stands. */
@Entity('collection_cursor')
export class CollectionCursorEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  kind: string;

  @Column({ type: 'jsonb' })
  cursor: unknown;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
