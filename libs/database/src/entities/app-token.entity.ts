import type { GrantProduct } from '@app/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The token of one app, sealed, shared by all processes. */
@Entity('app_token')
export class AppTokenEntity {
  @PrimaryColumn({ type: 'text' })
  product: GrantProduct;

  @PrimaryColumn({ name: 'app_id', type: 'text' })
  appId: string;

  @Column({ type: 'bytea' })
  token: Buffer;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  @Column({ name: 'forced_at', type: 'timestamptz', precision: 3, array: true, default: [] })
  forcedAt: Date[];
}
