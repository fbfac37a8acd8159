import { SCORE_PARTS, type ExplainWaterfall, type ScorePart, type WaterfallSide } from '@app/contracts';
import { add, parseDecimal, type Decimal } from './decimal';

/** One step of a waterfall that a person can read at once: what the own figures did, part by part, and what others and rules did. */
export interface ScoreStep {
  side: WaterfallSide;
  /** Null: of the side as a whole. */
  part: ScorePart | null;
  change: number;
}

const zero: Decimal = { digits: 0n, scale: 0 };
const toNumber = ({ digits, scale }: Decimal) => Number(digits) / 10 ** scale;

/** The steps of a score's change: own parts one by one in the order of the score, the rest of the own side, peers and rules as one each. Adds up as they do. */
export function scoreSteps({ steps }: Pick<ExplainWaterfall, 'steps'>): ScoreStep[] {
  const sums = new Map<string, Decimal>();
  for (const step of steps) {
    const side = step.side === 'members' ? 'you' : step.side;
    const key = side === 'you' ? `you ${step.part ?? ''}` : side;
    sums.set(key, add(sums.get(key) ?? zero, parseDecimal(step.changeDecimal) ?? zero));
  }
  const found = (key: string, side: WaterfallSide, part: ScorePart | null): ScoreStep[] => {
    const sum = sums.get(key);
    return sum && sum.digits !== 0n ? [{ side, part, change: toNumber(sum) }] : [];
  };
  return [
    ...SCORE_PARTS.flatMap((part) => found(`you ${part}`, 'you', part)),
    ...found('you ', 'you', null),
    ...found('peers', 'peers', null),
    ...found('policy', 'policy', null),
  ];
}
