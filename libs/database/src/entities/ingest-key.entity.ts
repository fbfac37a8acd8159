import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key with which another system signs deliveries of facts. Empty lists mean all. */
@Entity('ingest_key')
export class IngestKeyEntity {
  @PrimaryColumn({ name: 'key_id', type: 'text' })
  keyId: string;

  @Column({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @Column({ type: 'text' })
  name: string;

  @Column({ name: 'sealed_secret', type: 'bytea' })
  sealedSecret: Buffer;

  @Column({ type: 'text', array: true, default: () => "'{}'" })
  kinds: string[];

  /** `platform/accountId`. */
  @Column({ type: 'text', array: true, default: () => "'{}'" })
  accounts: string[];

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  createdAt: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;

  @Column({ name: 'replaced_by', type: 'text', nullable: true })
  replacedBy: string | null;

  @Column({ name: 'last_used_at', type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;
}
