import { OWNER_KINDS, PLATFORMS, TIERS, type OwnerKind, type Platform, type Tier } from '@app/contracts';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { AccountEntity } from './account.entity';

/** Who owned an account from a business day on, until the next row of the same account: spans cannot overlap. */
@Entity('account_ownership')
export class AccountOwnershipEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ name: 'valid_from', type: 'date' })
  validFrom: string;

  @ManyToOne(() => AccountEntity)
  @JoinColumn([
    { name: 'brand_id', referencedColumnName: 'brandId' },
    { name: 'platform', referencedColumnName: 'platform' },
    { name: 'account_id', referencedColumnName: 'accountId' },
  ])
  account: Relation<AccountEntity>;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text', nullable: true })
  handle: string | null;

  @Column({ name: 'union_id', type: 'text', nullable: true })
  unionId: string | null;

  @Column({ name: 'dealer_id', type: 'text', nullable: true })
  dealerId: string | null;

  @Column({ name: 'owner_kind', type: 'enum', enum: OWNER_KINDS, enumName: 'owner_kind' })
  ownerKind: OwnerKind;

  @Column({ name: 'declared_tier', type: 'enum', enum: TIERS, enumName: 'tier', nullable: true })
  declaredTier: Tier | null;
}
