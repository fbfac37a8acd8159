import { DECLARATION_KINDS, PLATFORMS, type DeclarationKind, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a dealer or the brand stated. Both scopes null: the whole brand. Staff viewers are here as keys only. */
@Entity('declaration')
export class DeclarationEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ name: 'declaration_id', type: 'text' })
  declarationId: string;

  @Column({ type: 'enum', enum: DECLARATION_KINDS, enumName: 'declaration_kind' })
  kind: DeclarationKind;

  @Column({ type: 'enum', enum: PLATFORMS, enumName: 'platform', nullable: true })
  platform: Platform | null;

  @Column({ name: 'account_id', type: 'text', nullable: true })
  accountId: string | null;

  @Column({ name: 'dealer_id', type: 'text', nullable: true })
  dealerId: string | null;

  @Column({ name: 'from_at', type: 'timestamptz', precision: 3 })
  fromAt: Date;

  @Column({ name: 'to_at', type: 'timestamptz', precision: 3 })
  toAt: Date;

  /** UInt64 as decimal strings. */
  @Column({ name: 'viewer_keys', type: 'text', array: true })
  viewerKeys: string[];

  @Column({ type: 'text', nullable: true })
  detail: string | null;
}
