import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The tenant. `factsSince` is set by the first delivery of facts; from then on the zone is fixed (trigger). */
@Entity('brand')
export class BrandEntity {
  @PrimaryGeneratedColumn('identity', { name: 'brand_id', type: 'integer', generatedIdentity: 'ALWAYS' })
  brandId: number;

  @Column({ type: 'text' })
  code: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  zone: string;

  @Column({ name: 'shows_neighbours', type: 'boolean', default: true })
  showsNeighbours: boolean;

  @Column({ name: 'facts_since', type: 'timestamptz', nullable: true })
  factsSince: Date | null;
}
