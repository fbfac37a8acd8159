import type { Tier } from '@app/contracts';
import { StateWriter } from '@app/database';
import { accountKey } from '@app/warehouse';
import type { Bench } from '../bench';
import { ASKED, YEAR } from './year';

const CITIES = ['310101', '110101', '440103', '330102', '320102', '510104', '420102', '500101', '610102', '370102'];
const TIERS: (Tier | null)[] = ['head', 'base', 'base', 'outer', 'outer', null];
const LINES = ['live_view', 'live_minute', 'video_play', 'like', 'comment', 'share', 'favorite', 'follow'] as const;

export const accountIdOf = (at: number): string => `a${String(at).padStart(6, '0')}`;

/** Dealers, accounts, prices and costs, through the product's own writer of state; account keys as an import registers them. */
export async function generateState(bench: Bench): Promise<void> {
  const { brandId, options, dataSource, instance, warehouse } = bench;
  const writer = new StateWriter(dataSource, instance.secret);
  const dealerIds = Array.from({ length: options.dealers }, (_, at) => `d${at}`);
  const dealers = dealerIds.map((dealerId, at) => ({
    dealerId,
    name: `Dealer ${at}`,
    adcode: CITIES[at % CITIES.length],
    salesRegion: `Region ${at % 6}/Area ${at % 40}`,
  }));
  const paths = [...new Set(dealers.map((dealer) => dealer.salesRegion))];
  await writer.upsertRegions(
    brandId,
    paths.map((path) => ({ path })),
  );
  await writer.upsertDealers(brandId, dealers);
  const accountIds = Array.from({ length: options.accounts }, (_, at) => accountIdOf(at));
  const accounts = accountIds.map((accountId, at) => ({
    platform: 'douyin' as const,
    accountId,
    name: `Account ${at}`,
    dealerId: dealerIds[at % dealerIds.length],
    declaredTier: TIERS[at % TIERS.length],
  }));
  await writer.upsertAccounts(brandId, accounts);
  const validFrom = `${YEAR[0].month}-01`;
  const card = (line: (typeof LINES)[number]) => ({ platform: 'douyin' as const, line, unitPriceCny: '0.12', discount: '0.5', validFrom });
  await writer.upsertRateCards(brandId, LINES.map(card));
  await writer.upsertCosts(
    brandId,
    dealerIds.map((dealerId) => ({ costId: `c-${dealerId}`, dealerId, day: `${ASKED.month}-05`, kind: 'ads' as const, amountCny: '3000' })),
  );
  const keyed = (accountId: string) => ({
    brand_id: brandId,
    account_key: accountKey(brandId, 'douyin', accountId).toString(),
    platform: 'douyin',
    account_id: accountId,
  });
  await warehouse.insertRows('account_keys', accountIds.map(keyed));
}
