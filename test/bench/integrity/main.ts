// npm run bench:integrity -- [--dealers N] [--seeds N] [--cheaters SHARE] [--json]: how well inflated numbers are found in worlds whose truth is known.
import { parseArgs } from 'node:util';
import { machineLine } from '../warehouse/machine';
import { table } from '../warehouse/render';
import { SCORERS } from './baselines/scorers';
import { guardLines, precisionLine, recallLines } from './lines';
import { Week, weeksOf } from './weeks';
import { TotalsWorld, TOTALS_WORLD, WorldAsked } from './world/world';

const { values } = parseArgs({
  options: {
    dealers: { type: 'string', default: '4000' },
    seeds: { type: 'string', default: '1' },
    cheaters: { type: 'string', default: '0.05' },
    json: { type: 'boolean', default: false },
  },
});
const progress = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

function weeksOfWorld(asked: WorldAsked): Week[] {
  const weeks: Week[] = [];
  for (const dealer of new TotalsWorld(asked).dealers()) {
    // the curves of 4,000 dealers do not fit into memory, and the simple rules look at totals
    for (const session of dealer.sessions)
      Object.assign(session, { concurrent: NONE, minuteViews: NONE, minuteLikes: NONE, minuteComments: NONE });
    weeks.push(...weeksOf(dealer, asked.testFrom, asked.days));
    if (dealer.dealer % 500 === 499) progress(`world ${asked.seed}: ${dealer.dealer + 1} dealers`);
  }
  return weeks;
}
const NONE = new Int32Array(0);

function main(): void {
  progress(machineLine());
  const weeks: Week[] = [];
  for (let seed = 1; seed <= Number(values.seeds); seed++)
    weeks.push(...weeksOfWorld({ ...TOTALS_WORLD, seed, dealers: Number(values.dealers), cheaters: Number(values.cheaters) }));
  const lines = guardLines(weeks);
  for (const { name, score } of SCORERS) {
    const scores = score(weeks, TOTALS_WORLD.seed);
    lines.push(precisionLine(name, weeks, scores), ...recallLines(name, weeks, scores));
  }
  if (values.json) for (const line of lines) console.log(JSON.stringify(line));
  else console.log(table(lines));
}

main();
