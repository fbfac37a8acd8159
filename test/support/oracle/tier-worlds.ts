import fc from 'fast-check';
import type { OwnerKind } from '@app/contracts';
import type { TierAccount, TierBoundsGiven, TierCard } from './tier-oracle';

/** Two prices, a span of days without any between them; the first is one yuan a view, so that sums meet the bounds exactly. */
export const TIER_CARDS: readonly TierCard[] = [
  { validFrom: '2024-01-01', validTo: '2026-03-14', price: 2_000_000n, discount: 5_000n },
  { validFrom: '2026-03-15', validTo: '2026-05-31', price: 1_500_001n, discount: 6_667n },
  { validFrom: '2026-06-10', validTo: null, price: 1_000_000n, discount: 10_000n },
];
export const TIER_POLICIES: readonly TierBoundsGiven[] = [
  { fromMonth: '1970-01', head: 5_000_000n, base: 1_000_000n, downMonths: 1, downMargin: 0n },
  { fromMonth: '2026-02', head: 5_000_000n, base: 1_000_000n, downMonths: 3, downMargin: 500n },
  { fromMonth: '2026-08', head: 4_000_000n, base: 1_500_000n, downMonths: 2, downMargin: 1_000n },
];

const day = (from: string, days: number): fc.Arbitrary<string> =>
  fc.nat(days).map((after) => new Date(Date.parse(from) + after * 86_400_000).toISOString().slice(0, 10));
const views = fc.oneof(
  fc.constantFrom(1n, 250_000n, 500_000n, 999_999n, 1_000_000n, 4_000_000n),
  fc.nat(900_000).map((count) => BigInt(count + 1)),
);
const session = fc
  .record({ day: day('2024-10-01', 730), views, paid: fc.constantFrom(0n, 0n, 0n, 3n) })
  .map(({ views: all, ...one }) => ({ ...one, views: all + one.paid }));
const kinds: fc.Arbitrary<OwnerKind> = fc.constantFrom('dealer', 'staff', 'brand');
const openings: fc.Arbitrary<TierAccount['openings']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<TierAccount['openings']>([]) },
  {
    weight: 2,
    arbitrary: fc
      .record({ yearTo: day('2024-12-01', 500), value: fc.constantFrom(365_000n, 1_000_000n, 5_000_001n) })
      .map((opening) => [opening]),
  },
);

/** Accounts with sessions over two years: seldom or often, from the start or later, handed over to other kinds of owners. */
export const tierAccounts: fc.Arbitrary<Omit<TierAccount, 'accountId'>> = fc.record({
  sessions: fc.oneof(fc.array(session, { minLength: 1, maxLength: 6 }), fc.array(session, { minLength: 25, maxLength: 60 })),
  owners: fc
    .tuple(kinds, fc.option(fc.record({ from: day('2025-01-01', 600), kind: kinds }), { nil: null }))
    .map(([kind, later]) => [{ from: '1970-01-01', kind }, ...(later ? [later] : [])]),
  openings,
});
