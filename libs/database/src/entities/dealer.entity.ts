import { Entity, PrimaryColumn } from 'typeorm';

/** A shop, by its code. What is said about it has dates: see its placements. */
@Entity('dealer')
export class DealerEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ name: 'dealer_id', type: 'text' })
  dealerId: string;
}
