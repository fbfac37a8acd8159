import { PLATFORMS, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { GrantProduct } from '../state/state-rows';

/** A platform's permission to collect. Tokens are sealed boxes (AES-256-GCM): see GrantVault. */
@Entity('platform_grant')
export class PlatformGrantEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'text' })
  product: GrantProduct;

  @PrimaryColumn({ name: 'principal_id', type: 'text' })
  principalId: string;

  @Column({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @Column({ name: 'account_ids', type: 'text', array: true })
  accountIds: string[];

  @Column({ name: 'access_token', type: 'bytea' })
  accessToken: Buffer;

  @Column({ name: 'refresh_token', type: 'bytea', nullable: true })
  refreshToken: Buffer | null;

  @Column({ name: 'app_id', type: 'text', nullable: true })
  appId: string | null;

  @Column({ name: 'app_secret', type: 'bytea', nullable: true })
  appSecret: Buffer | null;

  @Column({ name: 'access_expires_at', type: 'timestamptz', precision: 3, nullable: true })
  accessExpiresAt: Date | null;

  @Column({ name: 'refresh_expires_at', type: 'timestamptz', precision: 3, nullable: true })
  refreshExpiresAt: Date | null;

  @Column({ type: 'text', array: true })
  scopes: string[];

  @Column({ name: 'granted_at', type: 'timestamptz', precision: 3, insert: false, update: false })
  grantedAt: Date;
}
