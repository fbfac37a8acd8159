import { median } from '../../calibration/robust';
import { sizeClass, sizedSpread, type SizedSpread } from '../../calibration/size-class';
import { addTable, emptyTable, fitShape, hazards, stayTable, type SessionShape, type ShapeFit, type StayTable } from './stay-shape';

/** A room's session that is large enough to be judged. `views`: in its cells. */
export interface JudgedShape extends SessionShape {
  account: string;
  views: number;
  /** Before what is judged: history. */
  past: boolean;
}

/** Divergence per view beyond what chance gives, over quarters × stays and over stays alone, and what chance moves it by. */
export interface Divergence {
  joint: number;
  jointNoise: number;
  stay: number;
  stayNoise: number;
}

export interface FittedShape<Shape> {
  shape: Shape;
  fit: ShapeFit;
  divergence: Divergence;
}

/** Sessions of one account that stand out so far in the first round are no reference in the second. */
const OUTSTANDING = 6;
const ROUNDS = 2;
/** Sessions of an account from which on its own median counts alone. */
const OWN_SESSIONS = 8;

/** Sessions of history from which on they alone are the reference: what is judged may be inflated evening by evening. */
const ENOUGH_PAST = 8;
const enoughPast = (shapes: readonly JudgedShape[]): boolean => shapes.filter(({ past }) => past).length >= ENOUGH_PAST;

/** Fits every session against the room's history (or, where there is little, its other sessions) without itself; twice, the second time without what stood out. */
export function fitOwn<Shape extends JudgedShape>(shapes: readonly Shape[], peers: StayTable): FittedShape<Shape>[] {
  const tables = shapes.map(stayTable);
  const byHistory = enoughPast(shapes);
  let kept = shapes.map(({ past }) => past || !byHistory);
  let fitted: FittedShape<Shape>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const sum = emptyTable();
    tables.forEach((table, at) => kept[at] && addTable(sum, table));
    fitted = shapes.map((shape, at) => {
      if (kept[at]) addTable(sum, tables[at], -1);
      const fit = fitShape(shape, hazards(sum, peers));
      if (kept[at]) addTable(sum, tables[at]);
      return { shape, fit, divergence: divergenceOf(fit) };
    });
    const usual = median(fitted.filter((_, at) => kept[at]).map(({ divergence }) => divergence.joint));
    kept = fitted.map(({ divergence }, at) => kept[at] && divergence.joint - usual < OUTSTANDING * Math.max(divergence.jointNoise, 0.01));
  }
  return fitted;
}

function divergenceOf({ g, degrees, gStay, degreesStay, views }: ShapeFit): Divergence {
  return {
    joint: (g - degrees) / views,
    jointNoise: Math.sqrt(2 * degrees) / views,
    stay: (gStay - degreesStay) / views,
    stayNoise: Math.sqrt(2 * degreesStay) / views,
  };
}

/** Centre and spread of both divergences by size, as JSON. */
export interface DivergenceSpread {
  joint: SizedSpread;
  stay: SizedSpread;
}

export const divergenceSpread = (fitted: readonly FittedShape<JudgedShape>[]): DivergenceSpread => ({
  joint: sizedSpread(fitted.map(({ shape, divergence }) => ({ size: shape.views, value: divergence.joint }))),
  stay: sizedSpread(fitted.map(({ shape, divergence }) => ({ size: shape.views, value: divergence.stay }))),
});

/** Sessions within so long before and after are its company: who buys views buys them for more than one evening. */
const COMPANY_MS = 7 * 86_400_000;
/** An evening without a deviation of its own is not suspect by its company. */
const OWN = 2;
/** Fewer evenings are no company. */
const LEAST_OTHERS = 3;
/** More than one strong evening makes of a usual week: what a guest or a hit does is nobody's company. */
export const LEAST_COMPANY = 3;

/** A session and those around it. `company`: what the others show together. */
export interface Company {
  score: number;
  company: number;
}
/** One evening tells no more than so much of another, and no less than the negative half. */
export const NOTHING_ODD = -3;
const MOST = 5;

/**
 * Deviation of each session together with those of the same room in the week around, in units of such sums; null: no company, or nothing odd of its own. History
 * keeps company with history only.
 */
export function withCompany(sessions: readonly { from: number; past: boolean }[], scores: readonly number[]): (Company | null)[] {
  const told = scores.map((score) => Math.min(MOST, Math.max(NOTHING_ODD, score)));
  return sessions.map((one, at) => {
    if (scores[at] < OWN) return null;
    let [sum, others] = [0, 0];
    sessions.forEach((other, place) => {
      if (place === at || other.past !== one.past || Math.abs(other.from - one.from) > COMPANY_MS) return;
      sum += told[place];
      others++;
    });
    const company = sum / Math.sqrt(others);
    return others < LEAST_OTHERS ? null : { score: (told[at] + company) / Math.SQRT2, company };
  });
}

/** Deviation of each session of one account in units of what moves honest ones: chance, and how sessions of that size differ. The larger of both looks. */
export function deviations(fitted: readonly FittedShape<JudgedShape>[], usual: DivergenceSpread): number[] {
  const weight = Math.min(1, fitted.length / OWN_SESSIONS);
  const byHistory = enoughPast(fitted.map(({ shape }) => shape));
  const known = byHistory ? fitted.filter(({ shape }) => shape.past) : fitted;
  const own = { joint: median(known.map((one) => one.divergence.joint)), stay: median(known.map((one) => one.divergence.stay)) };
  return fitted.map(({ shape, divergence }) => {
    const size = sizeClass(shape.views);
    const deviation = (look: 'joint' | 'stay', noise: number): number => {
      const centre = Math.max(usual[look].centre[size], weight * own[look] + (1 - weight) * usual[look].centre[size]);
      return (divergence[look] - centre) / Math.max(1e-6, Math.hypot(noise, usual[look].spread[size]));
    };
    return Math.max(deviation('joint', divergence.jointNoise), deviation('stay', divergence.stayNoise));
  });
}
