// npm run fit:integrity -- FILE…: the weights of the fusion out of features that bench:integrity --features wrote for tuning seeds. Prints; a person reviews and commits.
import * as fs from 'node:fs';
import { DETECTOR_FAMILIES } from '@app/contracts';
import { FIRST_TUNING_SEED } from '../options';
import type { WeekFeatures } from './features';
import { fittedAmounts } from './amounts';
import { PREVALENCE, fitted, probability, type Weights } from './logistic';
import { seenWeeks } from './rows';

const told = process.argv
  .slice(2)
  .flatMap((file) => fs.readFileSync(file, 'utf8').split('\n').filter(Boolean))
  .map((line) => JSON.parse(line) as WeekFeatures);
const rows = told
  // T1 is the same weeks as T2 with fewer signals
  .filter(({ cheater, inflated, tier }) => tier !== 'T1' && (inflated || !cheater));
if (rows.length === 0 || told.some(({ seed }) => seed < FIRST_TUNING_SEED))
  throw new Error(`needs features of seeds from ${FIRST_TUNING_SEED} on`);

const all = fitted(rows);
console.log(JSON.stringify({ seeds: [...new Set(rows.map(({ seed }) => seed))], weeks: rows.length, ...rounded(all) }, null, 2));

// attack types left out one at a time: what a fit that never saw one says of it, at one honest week in a hundred
for (const kind of [...new Set(rows.flatMap(({ attacks, inflated }) => (inflated ? [attacks.join('+')] : [])))].sort()) {
  const weights = fitted(rows.filter(({ attacks }) => attacks.join('+') !== kind));
  const found = (own: Weights): string => recall(own, kind).toFixed(2);
  console.log(`${kind}: recall ${found(weights)} left out, ${found(all)} with it`);
}
// what is said beside what was, at the share of inflated weeks that the weights are calibrated to
const positives = rows.filter(({ inflated }) => inflated).length;
const weigh = ({ inflated }: WeekFeatures): number => (inflated ? PREVALENCE / positives : (1 - PREVALENCE) / (rows.length - positives));
for (const [low, high] of [0, 0.05, 0.2, 0.5, 0.8].map((edge, at, edges) => [edge, edges[at + 1] ?? 1.01])) {
  const own = rows.filter((row) => probability(row, all) >= low && probability(row, all) < high);
  const mass = own.reduce((sum, row) => sum + weigh(row), 0);
  const said = own.reduce((sum, row) => sum + weigh(row) * probability(row, all), 0) / mass;
  const was = own.reduce((sum, row) => sum + (row.inflated ? weigh(row) : 0), 0) / mass;
  console.log(`said ${low}–${high}: ${own.length} weeks, mean ${said.toFixed(3)}, inflated ${was.toFixed(3)}`);
}

function recall(weights: Weights, kind: string): number {
  const honest = rows.filter(({ inflated }) => !inflated).map((row) => probability(row, weights));
  const threshold = honest.sort((a, b) => b - a)[Math.floor(honest.length / 100)];
  const own = rows.filter(({ attacks, strength }) => attacks.join('+') === kind && strength !== 'weak');
  return own.filter((row) => probability(row, weights) > threshold).length / Math.max(1, own.length);
}

function rounded({ base, families, persistence, beside }: Weights) {
  const two = (value: number): number => Number(value.toFixed(2));
  return {
    base: two(base),
    persistence: two(persistence),
    beside: two(beside),
    families: Object.fromEntries(DETECTOR_FAMILIES.map((family) => [family, two(families[family])])),
  };
}

// what the corrected figure is estimated with, by the weights of the probability that are in force
console.log(JSON.stringify(fittedAmounts(seenWeeks(told)), null, 2));
