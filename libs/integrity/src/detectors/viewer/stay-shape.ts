/** Twelfths of a session in which a view starts. */
export const START_BINS = 12;
/** Stays: under 5 s, then doubling, from 5,120 s on the last but one; the last column: until the end of the session. */
export const STAY_BINS = 14;
const END = STAY_BINS - 1;
/** Quarters of a session: the start bins that share a reference. */
const QUARTERS = 4;
const PER_QUARTER = START_BINS / QUARTERS;
/** Honest audiences differ in patience: the hazard of leaving of their parts, as multiples of the reference. */
const PATIENCE = [0.6, 0.8, 1, 1.3, 1.8, 2.6] as const;
const EM_ROUNDS = 15;
/** Entries of a wider reference that a reference of few entries is filled up with. */
const COMMON_WEIGHT = 150;

/** Start × stay of one session: views per cell (start × STAY_BINS + stay), and how long it was. */
export interface SessionShape {
  lengthSeconds: number;
  cells: ArrayLike<number>;
}

/** Views that left in a bin of stay, and those that could have, per quarter of the session. Adds up over sessions. */
export interface StayTable {
  left: Float64Array;
  risk: Float64Array;
}

const lower = (bin: number): number => (bin === 0 ? 1 : 5 * 2 ** (bin - 1));
const upper = (bin: number): number => (bin === END - 1 ? 86_400 : 5 * 2 ** bin);
const startsAt = (start: number, point: number): number => (start + (point + 0.5) / POINTS) / START_BINS;
/** Instants of a start bin at which what is left of the session is looked at. */
const POINTS = 2;

/** How much of a bin of stay lies before the end, 0–1 (on the logarithmic axis), for a view with so many seconds left. */
function exposure(bin: number, secondsLeft: number): number {
  if (secondsLeft >= upper(bin)) return 1;
  if (secondsLeft <= lower(bin)) return 0;
  return Math.log(secondsLeft / lower(bin)) / Math.log(upper(bin) / lower(bin));
}

export const emptyTable = (): StayTable => ({ left: new Float64Array(QUARTERS * END), risk: new Float64Array(QUARTERS * END) });

/** What one session says about when viewers leave; views that stay to the end were at risk as long as there was time. */
export function stayTable({ lengthSeconds, cells }: SessionShape): StayTable {
  const table = emptyTable();
  for (let start = 0; start < START_BINS; start++) {
    const at = Math.floor(start / PER_QUARTER) * END;
    let staying = 0;
    for (let bin = END - 1; bin >= 0; bin--) {
      const left = cells[start * STAY_BINS + bin];
      staying += left;
      table.left[at + bin] += left;
      table.risk[at + bin] += staying;
    }
    const toTheEnd = cells[start * STAY_BINS + END];
    if (toTheEnd === 0) continue;
    for (let bin = 0; bin < END; bin++)
      for (let point = 0; point < POINTS; point++)
        table.risk[at + bin] += (toTheEnd * exposure(bin, lengthSeconds * (1 - startsAt(start, point)))) / POINTS;
  }
  return table;
}

/** Adds (or with -1 takes away) a table. */
export function addTable(sum: StayTable, table: StayTable, sign: 1 | -1 = 1): void {
  for (let at = 0; at < sum.left.length; at++) {
    sum.left[at] += sign * table.left[at];
    sum.risk[at] += sign * table.risk[at];
  }
}

/** Hazard of leaving per quarter and bin: own counts, filled up by the own ones of all quarters, these by the peers'. */
export function hazards(own: StayTable, peers: StayTable): Float64Array {
  const sums = (table: StayTable, bin: number): [number, number] => {
    let left = 0;
    let risk = 0;
    for (let at = bin; at < table.left.length; at += END) {
      left += table.left[at];
      risk += table.risk[at];
    }
    return [left, risk];
  };
  const found = new Float64Array(QUARTERS * END);
  for (let bin = 0; bin < END; bin++) {
    const [peersLeft, peersRisk] = sums(peers, bin);
    const common = (peersLeft + 0.5) / (peersRisk + 2);
    const [ownLeft, ownRisk] = sums(own, bin);
    const usual = (ownLeft + COMMON_WEIGHT * common) / (ownRisk + COMMON_WEIGHT);
    for (let at = bin; at < found.length; at += END)
      found[at] = Math.min(0.999, Math.max(1e-4, (own.left[at] + COMMON_WEIGHT * usual) / (own.risk[at] + COMMON_WEIGHT)));
  }
  return found;
}

/** How much of each bin of stay lies before the end, for every start and instant of a start. */
function exposures(lengthSeconds: number): Float64Array {
  const shares = new Float64Array(START_BINS * POINTS * END);
  for (let start = 0; start < START_BINS; start++)
    for (let point = 0; point < POINTS; point++)
      for (let bin = 0; bin < END; bin++)
        shares[(start * POINTS + point) * END + bin] = exposure(bin, lengthSeconds * (1 - startsAt(start, point)));
  return shares;
}

/** Chance of each stay for a view that starts in a bin, for a session of so many seconds: START_BINS × STAY_BINS. */
export const stayChances = (leaving: Float64Array, lengthSeconds: number, patience = 1): Float64Array =>
  chancesOf(
    leaving.map((chance) => Math.log1p(-chance)),
    exposures(lengthSeconds),
    patience,
  );

/** The same of the logarithms of staying. */
function chancesOf(logStaying: Float64Array, shares: Float64Array, patience: number): Float64Array {
  const chances = new Float64Array(START_BINS * STAY_BINS);
  for (let start = 0; start < START_BINS; start++) {
    const at = Math.floor(start / PER_QUARTER) * END;
    for (let point = 0; point < POINTS; point++) {
      const first = (start * POINTS + point) * END;
      let staying = 1;
      for (let bin = 0; bin < END && shares[first + bin] > 0; bin++) {
        const after = staying * Math.exp(patience * shares[first + bin] * logStaying[at + bin]);
        chances[start * STAY_BINS + bin] += (staying - after) / POINTS;
        staying = after;
      }
      chances[start * STAY_BINS + END] += staying / POINTS;
    }
  }
  return chances;
}

/** How far a session is from every honest audience. */
export interface ShapeFit {
  views: number;
  /** Likelihood ratio (G) of quarters × stays against the best honest mixture, and its degrees of freedom. */
  g: number;
  degrees: number;
  /** The same over stays alone. */
  gStay: number;
  degreesStay: number;
  /** Share of the views in cells above what is expected. */
  excess: number;
  /** Expected chance of each stay given the start bin: START_BINS × STAY_BINS. */
  chances: Float64Array;
}

/**
 * Fits a session by a mixture of more and less patient parts of the reference audience, given when its views started: when people come (a guest, a
 * repost, a hit) is free, and so is how patient they are on the whole. What remains is a joint shape that no such crowd has.
 */
export function fitShape({ lengthSeconds, cells }: SessionShape, leaving: Float64Array): ShapeFit {
  const shares = exposures(lengthSeconds);
  const logStaying = leaving.map((chance) => Math.log1p(-chance));
  const tables = PATIENCE.map((patience) => chancesOf(logStaying, shares, patience));
  const weights = mixtureWeights(cells, tables);
  const chances = new Float64Array(START_BINS * STAY_BINS);
  tables.forEach((table, k) => table.forEach((chance, cell) => (chances[cell] += weights[k] * chance)));
  const observed = new Float64Array(QUARTERS * STAY_BINS);
  const expected = new Float64Array(QUARTERS * STAY_BINS);
  let views = 0;
  for (let start = 0; start < START_BINS; start++) {
    let started = 0;
    for (let stay = 0; stay < STAY_BINS; stay++) started += cells[start * STAY_BINS + stay];
    views += started;
    const at = Math.floor(start / PER_QUARTER) * STAY_BINS;
    for (let stay = 0; stay < STAY_BINS; stay++) {
      observed[at + stay] += cells[start * STAY_BINS + stay];
      expected[at + stay] += started * chances[start * STAY_BINS + stay];
    }
  }
  const byStay = (counts: Float64Array): Float64Array =>
    Float64Array.from({ length: STAY_BINS }, (_, stay) => counts.reduce((sum, n, at) => sum + (at % STAY_BINS === stay ? n : 0), 0));
  const joint = likelihoodRatio(observed, expected);
  const alone = likelihoodRatio(byStay(observed), byStay(expected));
  let above = 0;
  for (let at = 0; at < observed.length; at++) above += Math.max(0, observed[at] - expected[at]);
  return {
    ...{ views, g: joint.g, degrees: Math.max(1, joint.cells - QUARTERS - 2), gStay: alone.g },
    ...{ degreesStay: Math.max(1, alone.cells - 3), excess: views > 0 ? above / views : 0, chances },
  };
}

/** Weights of the parts by expectation and maximisation, all parts alike before. */
function mixtureWeights(cells: ArrayLike<number>, tables: readonly Float64Array[]): number[] {
  let weights = tables.map(() => 1 / tables.length);
  for (let round = 0; round < EM_ROUNDS; round++) {
    const next = tables.map(() => 1e-3);
    for (let cell = 0; cell < cells.length; cell++) {
      if (cells[cell] === 0) continue;
      let total = 0;
      for (let k = 0; k < tables.length; k++) total += weights[k] * tables[k][cell];
      if (total <= 0) continue;
      for (let k = 0; k < tables.length; k++) next[k] += (cells[cell] * weights[k] * tables[k][cell]) / total;
    }
    const sum = next.reduce((a, b) => a + b, 0);
    weights = next.map((weight) => weight / sum);
  }
  return weights;
}

/** G over cells; cells in which less than one view is expected are put together. */
function likelihoodRatio(observed: Float64Array, expected: Float64Array): { g: number; cells: number } {
  let g = 0;
  let cells = 0;
  let rare = 0;
  let rareExpected = 0;
  const add = (count: number, mean: number) => {
    g += 2 * (count > 0 ? count * Math.log(count / mean) : 0) - 2 * (count - mean);
    cells += 1;
  };
  for (let at = 0; at < observed.length; at++) {
    if (expected[at] >= 1) add(observed[at], expected[at]);
    else {
      rare += observed[at];
      rareExpected += expected[at];
    }
  }
  if (rareExpected > 0.05 || rare > 0) add(rare, Math.max(rareExpected, 0.05));
  return { g: Math.max(0, g), cells };
}
