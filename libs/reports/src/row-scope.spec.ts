import fc from 'fast-check';
import { reachFor, scopeOf, seenBy } from '@app/access';
import {
  Account,
  BrandState,
  DEFAULT_POLICY,
  DealerPlacement,
  Grant,
  LEVELS,
  Ownership,
  Principal,
  ROLES,
  ReportQuery,
  Subject,
  addDays,
  dayStart,
} from '@app/contracts';
import { OpenedAsk, ReportAsk, openAsk } from './opened-ask';
import { shownRows } from './report-filter';
import { daySpan } from './report-period';
import { scopeKey } from './scope';
import { subjectsOf } from './subjects';

const { floor, imul, min } = Math;
const ZONE = 'Asia/Shanghai';
const FIRST = '2026-09-01';
const DAYS = 60;
const INSTANTS = Array.from({ length: DAYS + 1 }, (_, day) => dayStart(addDays(FIRST, day), ZONE));
const DATES = INSTANTS.map((_, day) => addDays(FIRST, day));
const instant = (day: number): number => INSTANTS[day];
const REGIONS = ['East', 'East/Sea', 'East/Hill', 'West', 'Eastern'];
const GROUPS = ['G1', 'G2', null];

/** The same numbers for a seed, on every machine. */
function random(seed: number) {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number): number => floor(next() * limit);
  return { below, one: <Item>(items: readonly Item[]): Item => items[below(items.length)], chance: (share: number) => next() < share };
}
type Random = ReturnType<typeof random>;

/** Adjacent spans over the days, one of them perhaps left out. */
function spans({ below, chance }: Random): { from: number; to: number | null }[] {
  const cuts = [...new Set([chance(0.5) ? 0 : below(DAYS), ...Array.from({ length: below(3) }, () => below(DAYS))])].sort((a, b) => a - b);
  return cuts
    .map((from, at) => ({ from: instant(from), to: at + 1 < cuts.length ? instant(cuts[at + 1]) : null }))
    .filter(() => chance(0.85));
}

function organisation(dice: Random): BrandState {
  const { below, one, chance } = dice;
  const dealers = Array.from({ length: 1 + below(4) }, (_, at) => `shop-${at}-`);
  const accounts = Array.from({ length: 1 + below(6) }, (_, at): Account => {
    const platform = one(['douyin', 'kuaishou'] as const);
    return { accountKey: String(100 + at), platform, accountId: `id-${at}-`, name: `name-${at}-`, handle: null, undeclared: false };
  });
  const ownerships = accounts.flatMap(({ accountKey }): Ownership[] =>
    spans(dice).map((span) => ({
      accountKey,
      dealerId: chance(0.85) ? one(dealers) : null,
      ownerKind: 'dealer',
      declaredTier: null,
      ...span,
    })),
  );
  const placements = dealers.flatMap((dealerId): DealerPlacement[] =>
    spans(dice).map((span) => ({
      dealerId,
      name: `called-${dealerId}`,
      adcode: one(['310101', '310115', '440106']),
      salesRegion: chance(0.9) ? one(REGIONS) : null,
      group: one(GROUPS),
      status: 'open',
      ...span,
    })),
  );
  return {
    brand: { brandId: 1, code: 'acme', name: 'Acme', zone: ZONE },
    policies: [DEFAULT_POLICY],
    accounts,
    ownerships,
    placements,
    rateCards: [],
    costs: [],
    declarations: [],
    sentinelKeys: ['0'],
    grantedFrom: {},
  };
}

function grantOf({ one, below, chance }: Random, state: BrandState): Grant {
  const from = instant(chance(0.6) ? 0 : below(DAYS));
  return one<() => Grant>([
    () => ({ kind: 'brand' }),
    () => ({ kind: 'region', path: one(REGIONS), from, to: chance(0.6) ? null : from + below(DAYS) * 86_400_000 }),
    () => ({ kind: 'dealer-group', name: one(['G1', 'G2']) }),
    () => ({ kind: 'dealer', dealerId: `shop-${below(5)}-` }),
    () => ({ kind: 'account', accountKey: one(state.accounts).accountKey }),
  ])();
}

function somebody(dice: Random, state: BrandState): Principal {
  const actor = { kind: 'user' as const, id: 'u', name: 'U' };
  const grants = Array.from({ length: 1 + dice.below(3) }, () => grantOf(dice, state));
  return { actor, brandCode: 'acme', role: dice.one(ROLES), sessionId: null, grants };
}

function question({ one, below, chance }: Random): ReportQuery & { from: string; to: string } {
  const from = below(DAYS - 1);
  const days = 1 + below(chance(0.7) ? 10 : DAYS);
  const some = <Value>(values: readonly Value[]): Value | undefined => (chance(0.15) ? one(values) : undefined);
  return {
    name: one(['showroom', 'value', 'ranking']),
    level: one(LEVELS),
    regions: one(['adcode', 'sales']),
    basis: 'adjusted',
    platform: some(['douyin', 'kuaishou']),
    dealerId: some(['shop-0-', 'shop-1-']),
    accountId: some(['id-0-', 'id-1-']),
    salesRegion: some(REGIONS),
    group: some(['G1', 'G2']),
    from: DATES[from],
    to: DATES[min(DAYS, from + days)],
  };
}

/** Who may see what at one instant: written down anew, without the code under test. */
function mayAt(principal: Principal, state: BrandState) {
  const grants = principal.grants.filter(({ kind }) => kind !== 'brand');
  const at = <Row extends { from: number; to: number | null }>(rows: Row[], when: number) =>
    rows.find(({ from, to }) => from <= when && (to === null || when < to));
  const regionAt = (path: string | null, when: number): boolean =>
    grants.some(
      (grant) =>
        grant.kind === 'region' && `${path}/`.startsWith(`${grant.path}/`) && grant.from <= when && (grant.to === null || when < grant.to),
    );
  /** Null: the dealer stands nowhere then. */
  const dealerAt = (dealerId: string, when: number): boolean | null => {
    if (grants.some((grant) => grant.kind === 'dealer' && grant.dealerId === dealerId)) return true;
    const place = at(
      state.placements.filter((placement) => placement.dealerId === dealerId),
      when,
    );
    if (!place) return null;
    return regionAt(place.salesRegion, when) || grants.some((grant) => grant.kind === 'dealer-group' && grant.name === place.group);
  };
  /** Null: nobody owns the account then. */
  const accountAt = (accountKey: string, when: number): boolean | null => {
    if (grants.some((grant) => grant.kind === 'account' && grant.accountKey === accountKey)) return true;
    const own = at(
      state.ownerships.filter((ownership) => ownership.accountKey === accountKey),
      when,
    );
    return own ? (own.dealerId === null ? false : dealerAt(own.dealerId, when)) : null;
  };
  return { regionAt, dealerAt, accountAt };
}

/** Instants at which something may change inside a span, its start included. */
function moments(state: BrandState, grants: readonly Grant[], { from, to }: { from: number; to: number }): number[] {
  const dated = [...state.ownerships, ...state.placements, ...grants.filter((grant) => grant.kind === 'region')];
  const edges = dated.flatMap((row) => [row.from, row.to ?? from]);
  return [...new Set([from, ...edges])].filter((when) => from <= when && when < to);
}

async function answered(
  state: BrandState,
  principal: Principal,
  query: ReportQuery & { from: string; to: string },
  presentState?: BrandState,
) {
  const scope = scopeOf(principal, reachFor(principal, 'report.read'));
  const period = daySpan(query.from, query.to, ZONE);
  const dataInstant = period.to;
  const ask = { warehouse: null, memory: null, brand: state.brand, state, presentState, dataInstant, query, scope, period, notes: [] };
  const opened: OpenedAsk = await openAsk(ask as unknown as ReportAsk);
  const rows = [...subjectsOf(opened.context).values()].filter(shownRows(opened.context, opened));
  return { scope, period, opened, rows };
}

describe('rows that an answer shows', () => {
  it('10,000 random organisations, users and questions: never one that holds a day of somebody else', async () => {
    let shown = 0;
    const check = async (seed: number): Promise<void> => {
      const dice = random(seed);
      const state = organisation(dice);
      const [principal, other] = [somebody(dice, state), somebody(dice, state)];
      const query = question(dice);
      const { scope, period, opened, rows } = await answered(state, principal, query);
      const again = await answered(state, other, query);
      // a remembered answer is found by this key
      if (scopeKey(again.scope) === scopeKey(scope)) expect(again.rows).toEqual(rows);
      const { context, seen, isOwnPart } = opened;
      if (scope === 'all') {
        // by the table alone, not by the function under test: the roles that reach the whole brand
        const isBrandWide = !['region-manager', 'dealer-group', 'dealer', 'host'].includes(principal.role);
        return expect([seed, isOwnPart, isBrandWide && principal.grants.some(({ kind }) => kind === 'brand')]).toEqual([seed, false, true]);
      }
      const may = mayAt(principal, state);
      const when = moments(state, principal.grants, period);
      const isOurs = (test: (at: number) => boolean | null): boolean =>
        when.every((at) => test(at) !== false) && when.some((at) => test(at));
      const ours = {
        account: (key: string) => isOurs((at) => may.accountAt(key, at)),
        dealer: (id: string) => isOurs((at) => may.dealerAt(id, at)),
      };
      // no set that a scope shows holds anything of somebody else, and none lacks what was granted all the time
      const faults: string[] = [];
      for (const { accountKey } of state.accounts) {
        const isSeen = (seen.accounts as ReadonlySet<string>).has(accountKey);
        if (isSeen && !ours.account(accountKey)) faults.push(`shows account ${accountKey}`);
        if (!isSeen && when.every((at) => may.accountAt(accountKey, at))) faults.push(`hides account ${accountKey}`);
      }
      for (const dealerId of seen.dealers) if (!ours.dealer(dealerId)) faults.push(`shows dealer ${dealerId}`);
      // rows above accounts hold nothing else
      if (isOwnPart) {
        if (!context.accounts.every(({ accountKey }) => ours.account(accountKey))) faults.push('adds up a foreign account');
      } else if (query.level === 'region') {
        const isOurRegion = ({ salesRegion }: Subject) => when.every((at) => may.regionAt(salesRegion ?? null, at));
        if (!rows.every(isOurRegion)) faults.push('shows a region');
      }
      const owners = new Set(rows.map(({ dealerId }) => dealerId));
      const text = JSON.stringify(rows);
      for (const { accountKey, accountId, name } of state.accounts)
        if ((text.includes(accountId) || text.includes(name)) && !ours.account(accountKey)) faults.push(`names ${accountId}`);
      for (const { dealerId } of state.placements)
        if (text.includes(dealerId) && !ours.dealer(dealerId) && !(query.level === 'account' && owners.has(dealerId)))
          faults.push(`names ${dealerId}`);
      if (faults.length > 0) throw new Error(`${seed}: ${faults.join(', ')}`);
      shown += rows.length;
    };
    await fc.assert(fc.asyncProperty(fc.integer(), check), { numRuns: 10_000 });
    expect(shown).toBeGreaterThan(2_000); // it would be no test of answers that are empty
  });

  it('a question about the past shows what was the asker’s by the state of then and is by the state of now', async () => {
    let fewer = 0;
    const check = async (seed: number): Promise<void> => {
      const dice = random(seed);
      const then = organisation(dice);
      const corrected = organisation(dice);
      const known = new Set(then.accounts.map(({ accountKey }) => accountKey));
      const now: BrandState = {
        ...then,
        ownerships: dice.chance(0.2) ? then.ownerships : corrected.ownerships.filter(({ accountKey }) => known.has(accountKey)),
        placements: dice.chance(0.4) ? then.placements : corrected.placements,
      };
      const principal = somebody(dice, then);
      const query = question(dice);
      const [of, present] = [await answered(then, principal, query), await answered(now, principal, query)];
      const past = await answered(then, principal, query, now);
      if (of.scope === 'all') return expect(past.rows).toEqual(of.rows);
      const accounts = ({ opened }: typeof of) => opened.seen.accounts as ReadonlySet<string>;
      const dealers = ({ opened }: typeof of) => opened.seen.dealers as ReadonlySet<string>;
      for (const idsOf of [accounts, dealers]) expect([...idsOf(past)]).toEqual([...idsOf(of)].filter((id) => idsOf(present).has(id)));
      if (past.opened.isOwnPart) expect(past.opened.context.accounts.every(({ accountKey }) => accounts(past).has(accountKey))).toBe(true);
      if (query.level === 'account') {
        const ours = new Set(then.accounts.filter(({ accountKey }) => accounts(past).has(accountKey)).map(({ accountId }) => accountId));
        expect(past.rows.every(({ accountId }) => ours.has(accountId!))).toBe(true);
      }
      if (accounts(past).size < accounts(of).size) fewer += 1;
    };
    await fc.assert(fc.asyncProperty(fc.integer(), check), { numRuns: 1_000 });
    expect(fewer).toBeGreaterThan(30);
  });

  it('an account that changed hands is in no row of the month of either, and in each one’s own days', () => {
    const state = organisation(random(1));
    const moved: BrandState = {
      ...state,
      accounts: [state.accounts[0]],
      ownerships: [
        { accountKey: '100', dealerId: 'a', ownerKind: 'dealer', declaredTier: null, from: instant(0), to: instant(40) },
        { accountKey: '100', dealerId: 'b', ownerKind: 'dealer', declaredTier: null, from: instant(40), to: null },
      ],
      placements: [],
    };
    const seen = (dealerId: string, from: number, to: number) => {
      const grants: Grant[] = [{ kind: 'dealer', dealerId }];
      const { accounts } = seenBy(scopeOf({ role: 'dealer', grants }, 'own'), moved, { from: instant(from), to: instant(to) });
      return (accounts as ReadonlySet<string>).size;
    };
    expect([seen('a', 30, 60), seen('b', 30, 60)]).toEqual([0, 0]);
    expect([seen('a', 30, 40), seen('b', 40, 60), seen('a', 39, 41), seen('b', 39, 41)]).toEqual([1, 1, 0, 0]);
    // nobody’s days before the first owner are no other’s
    expect(seen('a', 0, 40)).toBe(1);
  });
});
