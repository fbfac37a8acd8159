import { PLATFORMS, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Value of the twelve months that end with a business day, declared for an account of before it was observed. */
@Entity('opening_value')
export class OpeningValueEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ name: 'year_to', type: 'date' })
  yearTo: string;

  @Column({ name: 'value_cny', type: 'numeric', precision: 18, scale: 4 })
  valueCny: string;

  @Column({ name: 'source_note', type: 'text' })
  sourceNote: string;
}
