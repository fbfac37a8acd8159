import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An id that a platform shows where it hides the person; '' is the blank id. Never a person's id. In force until `validTo`. */
@Entity('sentinel')
export class SentinelEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'text' })
  viewer: string;

  @Column({ name: 'valid_from', type: 'date' })
  validFrom: string;

  @Column({ name: 'valid_to', type: 'date', nullable: true })
  validTo: string | null;
}
