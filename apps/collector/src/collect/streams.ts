import { createHash } from 'node:crypto';
import { cursorPrefix, type GrantProduct } from '@app/contracts';
import type { StreamKind } from '@app/queue';

/** What is collected as one: a kind of fact of one account, through one product. */
export interface Stream {
  brandId: number;
  product: GrantProduct;
  accountId: string;
  kind: StreamKind;
}

/** A number in [0, 1) that belongs to a stream for ever: what spreads the streams over the time. */
export function spreadOf({ brandId, product, accountId, kind }: Stream): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([brandId, product, accountId, kind]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** Name of a stream's cursor. */
export const cursorKind = ({ product, kind }: Pick<Stream, 'product' | 'kind'>): string => `${cursorPrefix(product)}${kind}`;
