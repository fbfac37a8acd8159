import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One version of the key that hashes a brand's viewers; in force until the next one's `validFrom`. */
@Entity('viewer_key')
export class ViewerKeyEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'integer' })
  version: number;

  @Column({ name: 'sealed_key', type: 'bytea' })
  sealedKey: Buffer;

  /** First instant of a business month; null: since ever. */
  @Column({ name: 'valid_from', type: 'timestamptz', precision: 3, nullable: true })
  validFrom: Date | null;

  /** Entries of the 31 days before carry this key, too. */
  @Column({ type: 'boolean', default: true })
  overlap: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  createdAt: Date;
}
