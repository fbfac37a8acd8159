import { PLATFORMS, SENTINEL_STATES, type Platform, type SentinelState } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A viewer key that behaves like no person. A person decides; the evidence is that of the latest look. */
@Entity('sentinel_proposal')
export class SentinelProposalEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  /** `vk<version>:<hex>`. */
  @PrimaryColumn({ type: 'text' })
  viewer: string;

  @Column({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @Column({ type: 'bigint' })
  entries: string;

  @Column({ name: 'session_entries', type: 'bigint' })
  sessionEntries: string;

  @Column({ name: 'largest_share', type: 'numeric', precision: 7, scale: 4 })
  largestShare: string;

  @Column({ name: 'rooms_at_once', type: 'integer' })
  roomsAtOnce: number;

  @Column({ type: 'integer' })
  rooms: number;

  @Column({ name: 'first_seen_at', type: 'timestamptz', precision: 3 })
  firstSeenAt: Date;

  @Column({ name: 'last_seen_at', type: 'timestamptz', precision: 3 })
  lastSeenAt: Date;

  @Column({ name: 'proposed_at', type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  proposedAt: Date;

  @Column({ type: 'enum', enum: SENTINEL_STATES, enumName: 'sentinel_state', default: 'proposed' })
  state: SentinelState;

  @Column({ name: 'decided_at', type: 'timestamptz', precision: 3, nullable: true })
  decidedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  note: string | null;
}
