import { COST_KINDS, PLATFORMS, type CostKind, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Money spent on one day for one account or one dealer. */
@Entity('cost')
export class CostEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ name: 'cost_id', type: 'text' })
  costId: string;

  @Column({ type: 'enum', enum: PLATFORMS, enumName: 'platform', nullable: true })
  platform: Platform | null;

  @Column({ name: 'account_id', type: 'text', nullable: true })
  accountId: string | null;

  @Column({ name: 'dealer_id', type: 'text', nullable: true })
  dealerId: string | null;

  @Column({ type: 'date' })
  day: string;

  @Column({ type: 'enum', enum: COST_KINDS, enumName: 'cost_kind' })
  kind: CostKind;

  @Column({ name: 'amount_cny', type: 'numeric', precision: 18, scale: 4 })
  amountCny: string;
}
