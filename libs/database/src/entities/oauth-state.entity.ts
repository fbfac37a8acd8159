import type { GrantProduct } from '@app/contracts';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { BrandEntity } from './brand.entity';

/** An authorisation that was begun: the hash of its state, what it is for, who accepted the terms. */
@Entity('oauth_state')
export class OAuthStateEntity {
  @PrimaryColumn({ name: 'state_hash', type: 'bytea' })
  stateHash: Buffer;

  @ManyToOne(() => BrandEntity)
  @JoinColumn({ name: 'brand_id' })
  brand: Relation<BrandEntity>;

  @Column({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @Column({ type: 'text' })
  product: GrantProduct;

  @Column({ name: 'account_ids', type: 'text', array: true, default: [] })
  accountIds: string[];

  @Column({ name: 'platform_brand_ids', type: 'text', array: true, default: [] })
  platformBrandIds: string[];

  @Column({ name: 'redirect_uri', type: 'text' })
  redirectUri: string;

  @Column({ name: 'acknowledged_at', type: 'timestamptz', precision: 3 })
  acknowledgedAt: Date;

  @Column({ name: 'acknowledged_by', type: 'text' })
  acknowledgedBy: string;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  @Column({ name: 'used_at', type: 'timestamptz', precision: 3, nullable: true })
  usedAt: Date | null;
}
