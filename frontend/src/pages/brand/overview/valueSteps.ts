import type { ValueRow } from '@app/contracts';
import { compareDecimals, parseDecimal, subtract } from '@/figures/decimal';
import { plainDecimal, sumKnown } from '@/figures/totals';

/** How much one line of one platform added to the change of the brand's value. `change` is an exact decimal. */
export interface ValueStep {
  platform: string;
  line: string;
  change: string;
}

const NOTHING = { digits: 0n, scale: 0 };

/**
 * What the change of a value is made of, by platform and line, the largest first; steps after the first `most` are one (`platform` and `line` empty). They add up to
 * the difference of the two values: a line that is unknown, or absent, in a month adds nothing to it there, as in the value itself.
 */
export function valueSteps(before: ValueRow, after: ValueRow, most: number): ValueStep[] {
  const keys = new Map<string, { platform: string; line: string }>();
  for (const { platform, line } of [...before.lines, ...after.lines]) keys.set(`${platform}/${line}`, { platform, line });
  const steps = [...keys.values()]
    .map(({ platform, line }) => ({ platform, line, change: changeOf(valueOf(before, platform, line), valueOf(after, platform, line)) }))
    .filter(({ change }) => parseDecimal(change)?.digits !== 0n)
    .sort((a, b) => compareDecimals(size(b.change), size(a.change)));
  if (steps.length <= most) return steps;
  const rest = sumKnown(steps.slice(most - 1).map(({ change }) => change)) ?? '0';
  return [...steps.slice(0, most - 1), { platform: '', line: '', change: rest }];
}

const valueOf = ({ lines }: ValueRow, platform: string, line: string) =>
  sumKnown(lines.filter((one) => one.platform === platform && one.line === line).map(({ valueCny }) => valueCny));
const changeOf = (before: string | null, after: string | null) =>
  plainDecimal(subtract(parseDecimal(after) ?? NOTHING, parseDecimal(before) ?? NOTHING));
function size(text: string) {
  const value = parseDecimal(text) ?? NOTHING;
  return { ...value, digits: value.digits < 0n ? -value.digits : value.digits };
}
