import { PLATFORMS, VALUE_LINES, type Platform, type ValueLine } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One version of a price. Versions are never edited; the active one has no `supersededAt`. */
@Entity('rate_card')
export class RateCardEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @PrimaryColumn({ type: 'enum', enum: VALUE_LINES, enumName: 'value_line' })
  line: ValueLine;

  @PrimaryColumn({ name: 'valid_from', type: 'date' })
  validFrom: string;

  @PrimaryColumn({ type: 'integer' })
  version: number;

  @Column({ name: 'valid_to', type: 'date', nullable: true })
  validTo: string | null;

  @Column({ name: 'unit_price_cny', type: 'numeric', precision: 20, scale: 6 })
  unitPriceCny: string;

  @Column({ type: 'numeric', precision: 5, scale: 4 })
  discount: string;

  @Column({ name: 'source_note', type: 'text', nullable: true })
  sourceNote: string | null;

  @Column({ type: 'boolean' })
  sample: boolean;

  @Column({ name: 'superseded_at', type: 'timestamptz', nullable: true })
  supersededAt: Date | null;
}
