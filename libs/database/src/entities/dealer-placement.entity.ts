import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { DealerEntity } from './dealer.entity';

/** Name and place of a dealer from a business day on, until the next row of the same dealer. */
@Entity('dealer_placement')
export class DealerPlacementEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ name: 'dealer_id', type: 'text' })
  dealerId: string;

  @PrimaryColumn({ name: 'valid_from', type: 'date' })
  validFrom: string;

  @ManyToOne(() => DealerEntity)
  @JoinColumn([
    { name: 'brand_id', referencedColumnName: 'brandId' },
    { name: 'dealer_id', referencedColumnName: 'dealerId' },
  ])
  dealer: Relation<DealerEntity>;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  adcode: string;

  @Column({ name: 'sales_region', type: 'text', nullable: true })
  salesRegion: string | null;

  @Column({ name: 'dealer_group', type: 'text', nullable: true })
  group: string | null;

  @Column({ type: 'text' })
  status: string;
}
