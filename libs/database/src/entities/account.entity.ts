import { PLATFORMS, type Platform } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A publishing account. Without ownership rows it is undeclared: something (a cost, a declaration) named it, nobody described it. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'enum', enum: PLATFORMS, enumName: 'platform' })
  platform: Platform;

  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  /** UInt64 as a decimal string: the key of its facts. */
  @Column({ name: 'account_key', type: 'numeric', precision: 20, scale: 0 })
  accountKey: string;
}
