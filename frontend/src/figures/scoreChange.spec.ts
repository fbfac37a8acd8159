import type { ExplainStep } from '@app/contracts';
import { scoreSteps } from './scoreChange';

const step = (side: ExplainStep['side'], part: ExplainStep['part'], changeDecimal: string, kind: ExplainStep['kind'] = 'change') =>
  ({ side, part, kind, member: null, name: { zh: '', en: '' }, change: '', changeDecimal }) as ExplainStep;

describe('why a score changed', () => {
  const steps = [
    step('peers', 'value', '-1.2500'),
    step('you', 'value', '2.5000'),
    step('you', 'showroom', '-3.1000'),
    step('you', 'showroom', '-0.4000', 'renormalised'),
    step('peers', 'showroom', '-0.7500'),
    step('policy', null, '0.0000'),
  ];
  it('own parts stand one by one in the order of the score, peers and rules as one each; what is 0 is left out', () =>
    expect(scoreSteps({ steps })).toEqual([
      { side: 'you', part: 'showroom', change: -3.5 },
      { side: 'you', part: 'value', change: 2.5 },
      { side: 'peers', part: null, change: -2 },
    ]));
  it('adds up to the whole difference', () => {
    const whole = steps.reduce((sum, { changeDecimal }) => sum + Number(changeDecimal), 0);
    expect(scoreSteps({ steps }).reduce((sum, { change }) => sum + change, 0)).toBeCloseTo(whole, 10);
  });
  it('nothing changed, no step', () => expect(scoreSteps({ steps: [step('you', 'growth', '0')] })).toEqual([]));
});
