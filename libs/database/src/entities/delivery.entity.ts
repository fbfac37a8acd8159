import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { BatchEntity } from './batch.entity';

export const DELIVERY_STATES = ['running', 'spilled', 'done', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One attempt to bring a batch in. In flight while running with a fresh heartbeat, and while spilled: rows wait in files. Counts are bigint strings. */
@Entity('delivery')
export class DeliveryEntity {
  @PrimaryGeneratedColumn('identity', { name: 'delivery_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  deliveryId: string;

  @ManyToOne(() => BatchEntity)
  @JoinColumn({ name: 'batch_id' })
  batch: Relation<BatchEntity>;

  @Column({ name: 'batch_id', type: 'uuid' })
  batchId: string;

  @Column({ type: 'text' })
  source: string;

  @Column({ name: 'file_name', type: 'text', nullable: true })
  fileName: string | null;

  @Column({ name: 'started_at', type: 'timestamptz', precision: 3 })
  startedAt: Date;

  @Column({ name: 'heartbeat_at', type: 'timestamptz', precision: 3 })
  heartbeatAt: Date;

  @Column({ name: 'finished_at', type: 'timestamptz', precision: 3, nullable: true })
  finishedAt: Date | null;

  @Column({ type: 'enum', enum: DELIVERY_STATES, enumName: 'delivery_state' })
  state: DeliveryState;

  @Column({ type: 'bigint' })
  read: string;

  @Column({ type: 'bigint' })
  accepted: string;

  @Column({ type: 'bigint' })
  replaced: string;

  @Column({ type: 'bigint' })
  unchanged: string;

  @Column({ type: 'bigint' })
  rejected: string;
}
