// npm run fit:integrity -- FILE…: the weights of the fusion out of features that bench:integrity --features wrote for tuning seeds. Prints; a person reviews and commits.
import * as fs from 'node:fs';
import { DETECTOR_FAMILIES } from '@app/contracts';
import { FIRST_TUNING_SEED } from '../options';
import type { WeekFeatures } from './features';
import { fitted, probability, type Weights } from './logistic';

const rows = process.argv
  .slice(2)
  .flatMap((file) => fs.readFileSync(file, 'utf8').split('\n').filter(Boolean))
  .map((line) => JSON.parse(line) as WeekFeatures)
  .filter(({ cheater, inflated }) => inflated || !cheater);
if (rows.length === 0 || rows.some(({ seed }) => seed < FIRST_TUNING_SEED))
  throw new Error(`needs features of seeds from ${FIRST_TUNING_SEED} on`);

const all = fitted(rows);
console.log(JSON.stringify({ seeds: [...new Set(rows.map(({ seed }) => seed))], weeks: rows.length, ...rounded(all) }, null, 2));

// attack types left out one at a time: what a fit that never saw one says of it, at one honest week in a hundred
for (const kind of [...new Set(rows.flatMap(({ attacks, inflated }) => (inflated ? [attacks.join('+')] : [])))].sort()) {
  const weights = fitted(rows.filter(({ attacks }) => attacks.join('+') !== kind));
  const found = (own: Weights): string => recall(own, kind).toFixed(2);
  console.log(`${kind}: recall ${found(weights)} left out, ${found(all)} with it`);
}
for (const [low, high] of [0, 0.05, 0.2, 0.5, 0.8].map((edge, at, edges) => [edge, edges[at + 1] ?? 1.01])) {
  const own = rows.filter((row) => probability(row, all) >= low && probability(row, all) < high);
  const said = own.reduce((sum, row) => sum + probability(row, all), 0) / Math.max(1, own.length);
  console.log(
    `said ${low}–${high}: ${own.length} weeks, mean ${said.toFixed(3)}, inflated ${(own.filter(({ inflated }) => inflated).length / Math.max(1, own.length)).toFixed(3)}`,
  );
}

function recall(weights: Weights, kind: string): number {
  const honest = rows.filter(({ inflated }) => !inflated).map((row) => probability(row, weights));
  const threshold = honest.sort((a, b) => b - a)[Math.floor(honest.length / 100)];
  const own = rows.filter(({ attacks, strength }) => attacks.join('+') === kind && strength !== 'weak');
  return own.filter((row) => probability(row, weights) > threshold).length / Math.max(1, own.length);
}

function rounded({ base, families, persistence }: Weights) {
  const two = (value: number): number => Number(value.toFixed(2));
  return {
    base: two(base),
    persistence: two(persistence),
    families: Object.fromEntries(DETECTOR_FAMILIES.map((family) => [family, two(families[family])])),
  };
}
