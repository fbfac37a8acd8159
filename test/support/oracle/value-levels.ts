import fc from 'fast-check';
import { Level, Subject, UNASSIGNED, ValueRow, addDays, addMonths, dayStart } from '@app/contracts';
import { StateWriter, ensureBrand } from '@app/database';
import { ViewerKeys, accountKey, entriesTable } from '@app/warehouse';
import type { TestStores } from '../stores';
import { CardGiven, ValueFiguresExpected, ValueWorld, money, scaled } from './value-oracle';
import { PlacedValue, ZONE, deliver, factRow, rateCardsArbitrary, seeded, valueWorldArbitrary } from './value-worlds';

/** Who stood where from a day on; the oracle's own timeline, apart from the product's. */
interface Since<T> {
  from: string;
  at: T;
}
export interface OwnedAccount extends PlacedValue {
  /** Dealer by day; null is nobody. Empty: undeclared. */
  owners: Since<string | null>[];
  /** Days on which each viewer came, one visit a day. */
  visits: Map<string, string[]>;
}
export interface OwnedBrand {
  code: string;
  cards: CardGiven[];
  accounts: OwnedAccount[];
  places: Map<string, Since<{ adcode: string; salesRegion: string | null }>[]>;
  dealerCosts: { dealerId: string; day: string; amountCny: string }[];
}
type Regions = 'adcode' | 'sales' | undefined;
export const LEVELS_ASKED: [Level, Regions][] = [
  ['account', undefined],
  ['dealer', undefined],
  ['region', 'adcode'],
  ['region', 'sales'],
  ['brand', undefined],
];
const EVER = '1970-01-01';
const ADCODES = ['310101', '310104', '110101', '440103', '440106'];
const SALES = ['East/A', 'East/B', 'North/C', null];

function timelines(accounts: number, random: () => number): { owners: Since<string | null>[][]; places: OwnedBrand['places'] } {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)];
  const dealers = Array.from({ length: 9 }, (_, at) => `d${at}`);
  const place = () => ({ adcode: pick(ADCODES), salesRegion: pick(SALES) });
  const places = new Map(
    dealers.map((dealerId, at) => {
      const moves = [[EVER], [EVER, '2026-02-15'], [EVER, '2026-03-01', '2026-03-17']][at % 3];
      return [dealerId, moves.map((from) => ({ from, at: place() }))] as const;
    }),
  );
  const owners = Array.from({ length: accounts }, (_, at): Since<string | null>[] => {
    if (at % 6 === 0) return [];
    if (at % 6 === 1) return [{ from: EVER, at: null }];
    if (at % 6 === 2) return [{ from: pick(['2026-02-11', '2026-03-16']), at: pick(dealers) }];
    if (at % 6 === 3) return [EVER, '2026-02-11', '2026-03-01'].map((from) => ({ from, at: pick([...dealers, null]) }));
    return [EVER, ...(random() < 0.5 ? ['2026-02-20'] : [])].map((from) => ({ from, at: pick(dealers) }));
  });
  return { owners, places };
}

/** A brand whose accounts change owners in the middle of months and whose dealers move; some accounts are nobody's, some undeclared. */
export async function ownedBrand(stores: TestStores, writer: StateWriter, code: string, seed: number): Promise<OwnedBrand> {
  const random = seeded(seed);
  const { brandId } = await ensureBrand(stores.dataSource, { code, name: code, zone: ZONE });
  const worlds = fc.sample(valueWorldArbitrary, { seed, numRuns: 90 });
  const [cards] = fc.sample(rateCardsArbitrary, { seed, numRuns: 1 });
  const { owners, places } = timelines(worlds.length, random);
  const accounts = worlds.map((world, at): OwnedAccount => {
    const visits = new Map<string, string[]>();
    for (let viewer = 0; viewer < (at % 4 === 3 ? 0 : 8); viewer++) {
      const days = Array.from({ length: 28 }, (_, day) => addDays('2026-02-01', day)).filter(() => random() < 0.06);
      if (days.length > 0) visits.set(`p${Math.floor(random() * 30)}`, days);
    }
    return {
      world: { ...world, costs: owners[at].length === 0 ? [] : world.costs },
      accountId: `${code}-${at}`,
      owners: owners[at],
      visits,
    };
  });
  const dealerCosts = [...places.keys()].map((dealerId, at) => ({
    dealerId,
    day: addDays('2026-02-01', at * 6),
    amountCny: `${at}.0${at}`,
  }));
  const outcomes = [
    await writer.upsertDealers(
      brandId,
      [...places].flatMap(([dealerId, since]) => since.map(({ from, at }) => ({ dealerId, name: dealerId, ...at, validFrom: from }))),
    ),
    await writer.upsertAccounts(
      brandId,
      accounts.flatMap(({ world, accountId, owners: since }) =>
        since.map(({ from, at }) => ({ platform: world.platform, accountId, name: accountId, dealerId: at, validFrom: from })),
      ),
    ),
    await writer.upsertPolicies(brandId, [{ fromMonth: '2025-01', minVisits: 2 }]),
    await writer.upsertRateCards(brandId, cards),
    await writer.upsertCosts(brandId, [
      ...accounts.flatMap(({ world, accountId }) =>
        world.costs.map((cost, at) => ({
          costId: `${accountId}-${at}`,
          platform: world.platform,
          accountId,
          kind: 'host' as const,
          ...cost,
        })),
      ),
      ...dealerCosts.map((cost) => ({ costId: cost.dealerId, kind: 'ads' as const, ...cost })),
    ]),
  ];
  const rejected = outcomes.flatMap((outcome) => outcome.rejected);
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected.slice(0, 3)));
  await deliver(stores.warehouse, brandId, accounts);
  const keys = new ViewerKeys(stores.secret, brandId);
  await stores.warehouse.insert(
    entriesTable,
    accounts.flatMap(({ world, accountId, visits }) =>
      [...visits].flatMap(([viewer, days]) =>
        days.map((day) =>
          factRow(
            brandId,
            entriesTable,
            { source: 'file', observedAt: 1, retracted: false },
            {
              month: Number(day.slice(0, 7).replace('-', '')),
              account_key: accountKey(brandId, world.platform, accountId),
              viewer_key: keys.keyOf(world.platform, viewer),
              entered_at: dayStart(day, ZONE) + 60_000,
              dwell_seconds: 30,
            },
          ),
        ),
      ),
    ),
  );
  return { code, cards, accounts, places, dealerCosts };
}

const standing = <T>(since: Since<T>[], day: string): T | undefined => since.filter(({ from }) => from <= day).at(-1)?.at;

/** 2.5: the group of a dealer on a day. */
export function groupOfDealer(brand: OwnedBrand, dealerId: string, level: Level, regions: Regions, day: string): string {
  if (level === 'brand') return brand.code;
  if (level === 'dealer') return dealerId;
  const place = standing(brand.places.get(dealerId)!, day);
  return (regions === 'sales' ? place?.salesRegion : place && `${place.adcode.slice(0, 4)}00`) ?? UNASSIGNED;
}
/** 2.5: the group of an account on a day. */
export function groupOfDay(brand: OwnedBrand, account: OwnedAccount, level: Level, regions: Regions, day: string): string {
  if (level === 'brand') return brand.code;
  if (level === 'account') return account.accountId;
  const owner = standing(account.owners, day) ?? null;
  return owner === null ? UNASSIGNED : groupOfDealer(brand, owner, level, regions, day);
}
export const groupOfRow = (row: Subject): string =>
  (row.level === 'account'
    ? row.accountId
    : row.level === 'brand'
      ? row.brand
      : row.level === 'dealer'
        ? row.dealerId
        : (row.salesRegion ?? row.adcode)) ?? UNASSIGNED;

export function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; day < `${addMonths(month, 1)}-01`; day = addDays(day, 1)) days.push(day);
  return days;
}

export interface Totals {
  value: bigint;
  gross: bigint;
  /** 10^-4 yuan. */
  cost: bigint;
  units: Map<string, bigint>;
}
export const emptyTotals = (): Totals => ({ value: 0n, gross: 0n, cost: 0n, units: new Map() });
export function addTotals(totals: Totals, own: ValueFiguresExpected): void {
  totals.value += own.value;
  totals.gross += own.gross;
  for (const [key, { units }] of own.lines) {
    const line = key.split('|')[0];
    totals.units.set(line, (totals.units.get(line) ?? 0n) + units);
  }
}
export const costOf = (costs: ValueWorld['costs'], own: (day: string) => boolean): bigint =>
  costs.filter(({ day }) => own(day)).reduce((sum, { amountCny }) => sum + scaled(amountCny, 4), 0n);

const sortedUnits = (units: [string, number][]) => Object.fromEntries(units.filter(([, count]) => count !== 0).sort());
/** What a report row says, and what it should say, in one shape. */
export function totalsOf(row: ValueRow) {
  const units = new Map<string, number>();
  for (const line of row.lines) units.set(line.line, (units.get(line.line) ?? 0) + line.units);
  return {
    valueCny: row.valueCny ?? '0',
    grossCny: row.grossCny ?? '0',
    excludedCny: row.excludedCny ?? '0',
    costCny: row.costCny ?? '0',
    units: sortedUnits([...units]),
  };
}
export const shownTotals = (totals: Totals): ReturnType<typeof totalsOf> => ({
  valueCny: money(totals.value),
  grossCny: money(totals.gross),
  excludedCny: money(totals.gross - totals.value),
  costCny: money(totals.cost * 1_000_000n),
  units: sortedUnits([...totals.units].map(([line, units]) => [line, Number(units)])),
});
