import { PLATFORMS, type GrantProduct, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

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

  /** When the owner's permission ended, and by which code of the platform or event; null while it stands. */
  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;

  @Column({ name: 'revoked_code', type: 'text', nullable: true })
  revokedCode: string | null;

  /** How often the refresh token was renewed since the authorisation; platforms limit it. */
  @Column({ type: 'integer', default: 0 })
  renewals: number;

  @Column({ name: 'authorised_at', type: 'timestamptz', precision: 3, nullable: true })
  authorisedAt: Date | null;

  @Column({ name: 'terms_acknowledged_at', type: 'timestamptz', precision: 3, nullable: true })
  termsAcknowledgedAt: Date | null;

  @Column({ name: 'terms_acknowledged_by', type: 'text', nullable: true })
  termsAcknowledgedBy: string | null;
}
