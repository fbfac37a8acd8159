import fc from 'fast-check';
import { Clock } from '@app/config';
import { Actor, TierRow } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { ReportService, TierService, without } from '@app/reports';
import { TierAccount, tierOracle } from '../support/oracle/tier-oracle';
import { TIER_CARDS, TIER_POLICIES, tierAccounts } from '../support/oracle/tier-worlds';
import { TEST_SEED } from '../support/seeded';
import { TestStores, openTestStores, worldCount } from '../support/stores';
import { ValueFacts } from './value-facts';

const NOW = Date.parse('2026-11-22T12:00:00+08:00');
const OPERATOR: Actor = { kind: 'operator', id: 'ann', name: 'Ann' };

class SetClock extends Clock {
  now(): number {
    return NOW;
  }
}

describe('tiers of generated worlds', () => {
  let stores: TestStores;
  let tiers: TierService;
  let reports: ReportService;
  let accounts: TierAccount[];
  const world = { cards: TIER_CARDS, policies: TIER_POLICIES, last: '2026-10' };

  beforeAll(async () => {
    stores = await openTestStores();
    accounts = fc
      .sample(tierAccounts, { seed: TEST_SEED + 51, numRuns: worldCount(288) })
      .map((account, at) => ({ accountId: `w${at}`, ...account }));
    const { brandId } = await ensureBrand(stores.dataSource, { code: 'worlds', name: 'Worlds', zone: 'Asia/Shanghai' });
    const writer = new StateWriter(stores.dataSource, stores.secret, OPERATOR);
    const places = (count: bigint, digits: number) => String(Number(count) / 10 ** digits);
    const platform = 'douyin' as const;
    const outcomes = [
      await writer.upsertDealers(brandId, [{ dealerId: 'd1', name: 'One', adcode: '310101' }]),
      await writer.upsertAccounts(
        brandId,
        accounts.flatMap(({ accountId, owners }) =>
          owners.map(({ from: validFrom, kind: ownerKind }) => ({
            ...{ platform, accountId, name: accountId, ownerKind, validFrom },
            ...(ownerKind === 'brand' ? {} : { dealerId: 'd1' }),
          })),
        ),
      ),
      await writer.upsertPolicies(
        brandId,
        TIER_POLICIES.map(({ fromMonth, head, base, downMonths, downMargin }) => ({
          ...{ fromMonth, headTierCny: String(head), baseTierCny: String(base) },
          ...{ tierDownMonths: downMonths, tierDownMargin: Number(downMargin) / 10_000 },
        })),
      ),
      await writer.upsertRateCards(
        brandId,
        TIER_CARDS.map(({ validFrom, validTo, price, discount }) => ({
          ...{ platform, line: 'live_view' as const, validFrom, validTo: validTo ?? undefined },
          ...{ unitPriceCny: places(price, 6), discount: places(discount, 4) },
        })),
      ),
      await writer.upsertOpeningValues(
        brandId,
        accounts.flatMap(({ accountId, openings }) =>
          openings.map(({ yearTo, value }) => ({ platform, accountId, yearTo, valueCny: String(value), sourceNote: 'generated' })),
        ),
      ),
    ];
    expect(outcomes.flatMap(({ rejected }) => rejected)).toEqual([]);
    const facts = new ValueFacts(brandId);
    for (const { accountId, sessions } of accounts) {
      const key = facts.account(platform, accountId);
      for (const { day, views, paid } of sessions) facts.session(key, `${day} 20:00`, { views: Number(views), paid_views: Number(paid) });
    }
    await facts.deliver(stores.warehouse, stores.dataSource);
    reports = new ReportService({ ...stores, clock: new SetClock() });
    tiers = new TierService(reports);
  });
  afterAll(() => stores?.close());

  it('every month of every history is what the definition says: trailing, declared and projected values, earned tier, hysteresis', async () => {
    const histories = await tiers.history({ month: world.last, per: 'month' }, 'all');
    const met = new Set<string>();
    for (const { accountId, spans } of histories) {
      const account = accounts.find((one) => one.accountId === accountId)!;
      const expected = [...tierOracle(account, world)].map(([month, own]) => ({ month, ...without(own, 'atLeast') }));
      const told = spans.map((span) => ({
        ...{ month: span.from, trailing: span.trailingValueCny, yearValue: span.yearValueCny, earned: span.earnedTier },
        ...{ effective: span.tier, projected: span.projected, declared: span.declared },
      }));
      expect([account, told]).toEqual([account, expected]);
      for (const { earned, effective, projected, declared } of expected)
        met.add(
          `${earned}${earned === effective ? '' : ` held ${effective}`}${projected ? ' projected' : ''}${declared ? ' declared' : ''}`,
        );
    }
    expect(histories).toHaveLength(accounts.length);
    // the worlds have everything that there is
    for (const kind of ['head', 'base', 'outer', 'incubating', 'null', 'incubating held base', 'head projected', 'base declared'])
      expect([...met]).toContain(kind);
  });

  it('a report says of its month what the history says, and where a price is missing that the value is at least that', async () => {
    for (const month of ['2026-01', '2026-09']) {
      const { rows } = await reports.report({ name: 'tiers', level: 'account', basis: 'adjusted', month }, 'all');
      const told: Record<string, unknown[]> = Object.fromEntries(
        (rows as TierRow[]).map((row) => [
          row.accountId,
          [row.trailingValueCny, row.trailingAtLeast, row.yearValueCny, row.earnedTier, row.effectiveTier, row.projected, row.declared],
        ]),
      );
      for (const account of accounts) {
        const own = tierOracle(account, world).get(month);
        const { trailing, atLeast, yearValue, earned, effective, projected, declared } = own ?? UNSEEN;
        expect([account, told[account.accountId]]).toEqual([
          account,
          [trailing, atLeast, yearValue, earned, effective, projected, declared],
        ]);
      }
      expect(Object.values(told).some(([, atLeast]) => atLeast)).toBe(month === '2026-09');
    }
  });
});

/** Of a month before anything was observed or declared. */
const UNSEEN = { trailing: null, atLeast: false, yearValue: null, earned: null, effective: null, projected: false, declared: false };
