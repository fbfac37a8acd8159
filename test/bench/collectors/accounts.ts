import type { GrantProduct } from '@app/contracts';

/** One account of the simulated brand. */
export interface BenchAccount {
  index: number;
  product: GrantProduct;
  accountId: string;
  /** open_id, or the appid of a Channels account. */
  principalId: string;
  token: string;
}

/** Three of five on Douyin, one on Kuaishou, one on Channels with an app of its own. */
export function benchAccounts(count: number): BenchAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const product = (['douyin-open', 'kuaishou-open', 'douyin-open', 'channels-app', 'douyin-open'] as const)[index % 5];
    const name = `a${String(index).padStart(5, '0')}`;
    return { index, product, accountId: name, principalId: `p${name}`, token: `t${name}` };
  });
}
