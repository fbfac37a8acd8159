import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A node of the sales-region tree (大区/小区). `path` = parent's path + '/' + name, checked in the database. */
@Entity('sales_region')
export class SalesRegionEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'text' })
  path: string;

  @Column({ name: 'parent_path', type: 'text', nullable: true })
  parentPath: string | null;

  @Column({ type: 'text' })
  name: string;

  @Column({ name: 'valid_from', type: 'date' })
  validFrom: string;

  @Column({ name: 'valid_to', type: 'date', nullable: true })
  validTo: string | null;
}
