import { PLATFORMS, type ExclusionKind, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a confirmed case removes from one account. The list is in the fact store; the row is only ever lifted. */
@Entity('exclusion')
export class ExclusionEntity {
  /** Decimal string. */
  @PrimaryColumn({ name: 'exclusion_id', type: 'bigint' })
  exclusionId: string;

  @Column({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @Column({ name: 'case_id', type: 'text' })
  caseId: string;

  @Column({ type: 'text' })
  kind: ExclusionKind;

  @Column({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @Column({ name: 'account_id', type: 'text' })
  accountId: string;

  /** Distinct rows of the list, decimal string. */
  @Column({ type: 'bigint' })
  listed: string;

  /** SHA-256 of the list's rows in order, hex. */
  @Column({ name: 'content_hash', type: 'text' })
  contentHash: string;

  @Column({ name: 'from_day', type: 'date' })
  fromDay: string;

  @Column({ name: 'to_day', type: 'date' })
  toDay: string;

  @Column({ name: 'in_force_from', type: 'timestamptz', precision: 3 })
  inForceFrom: Date;

  @Column({ name: 'in_force_until', type: 'timestamptz', precision: 3, nullable: true })
  inForceUntil: Date | null;

  @Column({ name: 'recorded_by', type: 'text' })
  recordedBy: string;

  @Column({ type: 'text' })
  reason: string;

  @Column({ name: 'lifted_by', type: 'text', nullable: true })
  liftedBy: string | null;

  @Column({ name: 'lift_reason', type: 'text', nullable: true })
  liftReason: string | null;
}
