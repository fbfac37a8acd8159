import { Fraction, fraction, fractionOf, multiply, toDecimal } from '@app/analytics';

/** A price that some units have. */
export interface UnitPrice {
  /** `platform/line`: what moves together. */
  key: string;
  unitPriceCny: string;
  discount: string;
}

/** Net units of one subject at one price. */
export interface PricedUnits extends UnitPrice {
  units: bigint;
}

/** Every price once, by its name. */
export function pricesOf(units: ReadonlyMap<string, readonly UnitPrice[]>): Map<string, UnitPrice> {
  const prices = new Map<string, UnitPrice>();
  for (const own of units.values()) for (const price of own) prices.set(priceId(price), price);
  return prices;
}

/** By how much prices and discounts move, per `platform/line`; what is not named stays. */
export type PriceMoves = ReadonlyMap<string, { price: Fraction; discount: Fraction }>;

export interface Trial {
  /** `all`, or the one `platform/line` that moves. */
  moves: string;
  prices: PriceMoves;
}

export interface TrialPlan {
  keys: readonly string[];
  /** ± this share, a decimal below 1. */
  share: string;
  draws: number;
  seed: number;
}

const ONE = fraction(1);

/**
 * Everything that is tried: of each line alone both corners; of all together both corners and the draws, one half of them at corners (each price and each
 * discount up or down), the other anywhere between, in steps of a hundredth of the share. The same plan gives the same trials.
 */
export function trialsOf({ keys, share, draws, seed }: TrialPlan): Trial[] {
  const size = fractionOf(share);
  const [up, down] = [shifted(size, 100), shifted(size, -100)];
  const same = (move: Fraction): PriceMoves => new Map(keys.map((key) => [key, { price: move, discount: move }]));
  const single = keys.flatMap((key) =>
    [up, down].map((move): Trial => ({ moves: key, prices: new Map([[key, { price: move, discount: move }]]) })),
  );
  const random = seeded(seed);
  const drawn = Array.from({ length: draws }, (_, draw): Trial => {
    const step = (): number => (draw % 2 === 0 ? (random() < 0.5 ? -100 : 100) : Math.floor(random() * 201) - 100);
    return { moves: 'all', prices: new Map(keys.map((key) => [key, { price: shifted(size, step()), discount: shifted(size, step()) }])) };
  });
  const corners = keys.length === 0 ? [] : [up, down].map((move): Trial => ({ moves: 'all', prices: same(move) }));
  return [...single, ...corners, ...drawn];
}

/** 1 + share × hundredths ÷ 100. */
const shifted = (share: Fraction, hundredths: number): Fraction => {
  const part = multiply(share, fraction(hundredths, 100));
  return fraction(part.n + part.d, part.d);
};

/** mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What one unit is worth under a trial, exact; a discount stays at most 1, for no card may have more. */
export function unitWorth({ unitPriceCny, discount, key }: UnitPrice, moves: PriceMoves): Fraction {
  const move = moves.get(key) ?? { price: ONE, discount: ONE };
  const moved = multiply(fractionOf(discount), move.discount);
  return multiply(multiply(fractionOf(unitPriceCny), move.price), moved.n > moved.d ? ONE : moved);
}

/** Worths of all prices over one denominator, so that a subject's value is a sum of whole numbers. */
export interface Worths {
  /** Value = Σ units × n ÷ d. */
  n: ReadonlyMap<string, bigint>;
  d: bigint;
}

export const priceId = ({ key, unitPriceCny, discount }: UnitPrice): string => `${key} ${unitPriceCny} ${discount}`;

export function worthsOf(prices: ReadonlyMap<string, UnitPrice>, moves: PriceMoves): Worths {
  const exact = [...prices].map(([id, price]) => [id, unitWorth(price, moves)] as const);
  const d = exact.reduce((product, [, worth]) => leastCommon(product, worth.d), 1n);
  return { n: new Map(exact.map(([id, worth]) => [id, (worth.n * d) / worth.d])), d };
}

function leastCommon(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return (a / x) * b;
}

/** A subject's value under a trial. Fractions of one trial share their denominator. */
export function valueUnder(units: readonly { id: string; units: bigint }[], { n, d }: Worths): Fraction {
  let sum = 0n;
  for (const own of units) sum += own.units * n.get(own.id)!;
  return { n: sum, d };
}

/** Prices and discounts have few decimals, and so has what they are moved by: more places than any product of them has. */
const PLACES = 30;

/** The exact decimal of a value under a trial. */
export function exactDecimal(value: Fraction): string {
  const text = toDecimal(value, PLACES).replace(/\.?0+$/, '');
  return text === '' || text === '-' ? '0' : text;
}
