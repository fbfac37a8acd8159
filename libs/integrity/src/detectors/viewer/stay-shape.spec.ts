import { addTable, emptyTable, fitShape, hazards, stayChances, stayTable, START_BINS, STAY_BINS, type SessionShape } from './stay-shape';

interface Crowd {
  views: number;
  /** Share of the session in which they come; default all of it. */
  from?: number;
  to?: number;
  medianSeconds?: number;
  sigma?: number;
  fixedSeconds?: number;
  /** Relative spread of a fixed stay. */
  jitter?: number;
  toTheEnd?: boolean;
}

function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Start (share of the session) and stay in seconds, cut at the end. */
function viewsOf(random: () => number, lengthSeconds: number, crowd: Crowd): { start: number; stay: number; toTheEnd: boolean }[] {
  return Array.from({ length: crowd.views }, () => {
    const start = (crowd.from ?? 0) + random() * ((crowd.to ?? 1) - (crowd.from ?? 0));
    const left = lengthSeconds * (1 - start);
    const drawn = crowd.fixedSeconds
      ? crowd.fixedSeconds * (1 + (crowd.jitter ?? 0) * normal(random))
      : (crowd.medianSeconds ?? 60) * Math.exp((crowd.sigma ?? 1.3) * normal(random));
    const stay = crowd.toTheEnd ? left : Math.max(1, Math.min(drawn, left));
    return { start, stay, toTheEnd: stay >= 60 && stay >= left - 45 };
  });
}

function sessionOf(random: () => number, lengthSeconds: number, crowds: readonly Crowd[]): SessionShape {
  const cells = new Float64Array(START_BINS * STAY_BINS);
  for (const crowd of crowds)
    for (const { start, stay, toTheEnd } of viewsOf(random, lengthSeconds, crowd)) {
      const bin = toTheEnd ? STAY_BINS - 1 : stay < 5 ? 0 : Math.min(STAY_BINS - 2, 1 + Math.floor(Math.log2(stay / 5)));
      cells[Math.min(START_BINS - 1, Math.floor(start * START_BINS)) * STAY_BINS + bin] += 1;
    }
  return { lengthSeconds, cells };
}

const random = seeded(20261122);
const HONEST: Crowd = { views: 600, medianSeconds: 70, sigma: 1.3 };
const reference = () => {
  const sum = emptyTable();
  for (let n = 0; n < 30; n++) addTable(sum, stayTable(sessionOf(random, 7200, [HONEST])));
  return hazards(sum, sum);
};
/** Divergence per view beyond chance, in units of chance. */
const deviation = (shape: SessionShape, leaving: Float64Array): number => {
  const { g, degrees } = fitShape(shape, leaving);
  return (g - degrees) / Math.sqrt(2 * degrees);
};
const leaving = reference();

it('chances of stays add up to one for every start, whatever is left of the session', () => {
  for (const lengthSeconds of [60, 180, 3600, 86_400])
    for (let start = 0; start < START_BINS; start++) {
      const chances = stayChances(leaving, lengthSeconds).slice(start * STAY_BINS, (start + 1) * STAY_BINS);
      expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    }
});

it('honest sessions of any size are near, and so are more and less patient crowds and mixtures of them', () => {
  for (const views of [60, 300, 3000]) expect(deviation(sessionOf(random, 7200, [{ ...HONEST, views }]), leaving)).toBeLessThan(7);
  const mixed = [
    { ...HONEST, medianSeconds: 35 },
    { ...HONEST, views: 200, medianSeconds: 200 },
  ];
  expect(deviation(sessionOf(random, 7200, mixed), leaving)).toBeLessThan(6);
});

it('a crowd that a repost brings at one moment is near: when people come is free', () => {
  const repost = { ...HONEST, views: 1500, from: 0.5, to: 0.53 };
  expect(deviation(sessionOf(random, 7200, [HONEST, repost]), leaving)).toBeLessThan(6);
});

it('viewbots are far: those that stay to the end, and those that stay for one length', () => {
  const toTheEnd: Crowd = { views: 240, from: 0.1, to: 0.15, toTheEnd: true };
  const oneLength: Crowd = { views: 240, fixedSeconds: 900, jitter: 0.05 };
  for (const bots of [toTheEnd, oneLength]) {
    const shape = sessionOf(random, 7200, [HONEST, bots]);
    expect(deviation(shape, leaving)).toBeGreaterThan(20);
    expect(fitShape(shape, leaving).excess).toBeGreaterThan(0.15);
  }
});

it('a session of three minutes, one view and no view at all are fitted without a number that is none', () => {
  for (const shape of [
    sessionOf(random, 180, [{ ...HONEST, views: 80 }]),
    sessionOf(random, 7200, [{ ...HONEST, views: 1 }]),
    sessionOf(random, 7200, []),
  ]) {
    const { g, excess, chances } = fitShape(shape, leaving);
    expect([g, excess, ...chances].every(Number.isFinite)).toBe(true);
  }
});
