import { seeded } from './seeded';

/** Draws of a seed: uniform, normal, and counts about a mean. */
export interface Draws {
  uniform(): number;
  normal(): number;
  count(mean: number): number;
}

export function drawsOf(seed: number): Draws {
  const uniform = seeded(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal, count: (mean) => Math.max(0, Math.round(mean + Math.sqrt(mean) * normal())) };
}

/** Totals of a made-up broadcast. */
export interface MadeSession {
  day: number;
  views: number;
  likes: number;
  comments: number;
  shares: number;
  follows: number;
  leads: number;
  peak: number;
}

/** One broadcast a day of a made-up honest account: its own level and ratios, noise of a quarter, Sundays fuller, larger crowds a little colder. */
export function honestSessions(seed: number, { from, days, level = 2000 }: { from: number; days: number; level?: number }): MadeSession[] {
  const draws = drawsOf(seed);
  const ratios = [0.2, 0.05, 0.02, 0.015, 0.01].map((ratio) => ratio * Math.exp(0.3 * draws.normal()));
  return Array.from({ length: days }, (_, at) => {
    const day = from + at;
    const burst = draws.uniform() < 0.02 ? 0.8 : 0;
    const noise = 0.25 * draws.normal() + burst;
    const views = draws.count(level * Math.exp(noise + (day % 7 === 3 ? 0.3 : 0)));
    const colder = Math.exp(-0.15 * noise);
    const [likes, comments, shares, follows, leads] = ratios.map((ratio) =>
      draws.count(views * ratio * colder * Math.exp(0.08 * draws.normal())),
    );
    return { day, views, likes, comments, shares, follows, leads, peak: draws.count(views * 0.12 * Math.exp(0.1 * draws.normal())) };
  });
}
