import type { GrantProduct } from '@app/contracts';
import { PrimaryColumn } from 'typeorm';

/** The identity of a stream of collection: a kind of fact of one account, through one product. */
export abstract class StreamColumns {
  @PrimaryColumn({ name: 'brand_id', type: 'integer' })
  brandId: number;

  @PrimaryColumn({ type: 'text' })
  product: GrantProduct;

  @PrimaryColumn({ name: 'account_id', type: 'text' })
  accountId: string;

  @PrimaryColumn({ type: 'text' })
  kind: string;
}
