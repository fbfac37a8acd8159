import type { BrandState, Declaration } from '@app/contracts';

/** Spans in which declared staff are no viewers, as parallel columns; both ends belong to the span; account 0 is every account. */
export interface StaffColumns {
  staffViewers: bigint[];
  staffAccounts: bigint[];
  staffFrom: number[];
  staffTo: number[];
}
/** Raffles per account as parallel columns; both ends belong to the raffle. */
export interface RaffleColumns {
  raffleAccounts: bigint[];
  raffleFrom: number[];
  raffleTo: number[];
}

interface Reach {
  account: bigint;
  from: number;
  to: number;
}

/** Where a declaration holds: its account, the accounts that its dealer owned at that time, or the brand (account 0). */
function reachOf(declaration: Declaration, state: BrandState): Reach[] {
  const { from, to } = declaration;
  if (declaration.accountKey !== null) return [{ account: BigInt(declaration.accountKey), from, to }];
  if (declaration.dealerId === null) return [{ account: 0n, from, to }];
  return state.ownerships
    .filter((owned) => owned.dealerId === declaration.dealerId && owned.from <= to && (owned.to === null || owned.to > from))
    .map((owned) => ({
      account: BigInt(owned.accountKey),
      from: Math.max(from, owned.from),
      to: owned.to === null ? to : Math.min(to, owned.to - 1),
    }));
}

/** Declared staff (domain.md 3.5) of a brand. A dealer's staff are staff in an account while the dealer owns it. */
export function staffColumns(state: BrandState): StaffColumns {
  const columns: StaffColumns = { staffViewers: [], staffAccounts: [], staffFrom: [], staffTo: [] };
  for (const declaration of state.declarations.filter((declared) => declared.kind === 'staff'))
    for (const reach of reachOf(declaration, state))
      for (const viewer of declaration.viewerKeys) {
        columns.staffViewers.push(BigInt(viewer));
        columns.staffAccounts.push(reach.account);
        columns.staffFrom.push(reach.from);
        columns.staffTo.push(reach.to);
      }
  return columns;
}

/** Declared raffles (domain.md 3.6) that can touch entries of [from, to), for the asked accounts. A dealer's raffle keeps its span in every account that the dealer owned in it. */
export function raffleColumns(state: BrandState, accounts: readonly bigint[], from: number, to: number): RaffleColumns {
  const columns: RaffleColumns = { raffleAccounts: [], raffleFrom: [], raffleTo: [] };
  const asked = new Set(accounts);
  const raffles = state.declarations.filter(
    (declared) => declared.kind === 'raffle' && declared.to + 120_000 >= from && declared.from - 60_000 < to,
  );
  for (const raffle of raffles) {
    const reached = new Set(reachOf(raffle, state).map((reach) => reach.account));
    for (const account of reached.has(0n) ? asked : reached) {
      if (!asked.has(account)) continue;
      columns.raffleAccounts.push(account);
      columns.raffleFrom.push(raffle.from);
      columns.raffleTo.push(raffle.to);
    }
  }
  return columns;
}
