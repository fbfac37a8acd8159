import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A content that was delivered, known by its hash: a second delivery of the same content keeps the first instant. */
@Entity('batch')
export class BatchEntity {
  @PrimaryGeneratedColumn('uuid', { name: 'batch_id' })
  batchId: string;

  @Column({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @Column({ type: 'text' })
  kind: string;

  @Column({ name: 'content_hash', type: 'text' })
  contentHash: string;

  @Column({ name: 'first_delivered_at', type: 'timestamptz', precision: 3 })
  firstDeliveredAt: Date;
}
