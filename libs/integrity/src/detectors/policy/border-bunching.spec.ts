import { DEFAULT_POLICY, type IncentiveRules } from '@app/contracts';
import { drawsOf } from '../../../../../test/support/honest-accounts';
import { monthParameters } from '../../facts/month-values.reader';
import { bordered, strengthAt } from './border-bunching';
import { valueBorders, type ValueBorder } from './value-borders';

const policy = (fromMonth: string, headTierCny: string, version = 1) => ({ ...DEFAULT_POLICY, fromMonth, headTierCny, version });
const name = { zh: '规则', en: 'Rule' };
const rules = (fromMonth: string, version: number, own: IncentiveRules['rules']): IncentiveRules => ({
  ...{ fromMonth, version, upToCny: null },
  rules: own,
});

describe('borders of money', () => {
  it('tiers by the policy of the month, with when they changed', () => {
    const policies = [policy('2026-01', '5000000'), policy('2026-07', '6000000'), policy('2027-01', '7000000')];
    const found = valueBorders(policies, [], '2026-10');
    expect(found.map(({ of, cny, since }) => [of, cny, since])).toEqual([
      ['accountYear', 6_000_000, '2026-07'],
      ['accountYear', 1_000_000, null],
    ]);
    expect(valueBorders(policies, [], '2026-02').map(({ cny }) => cny)).toEqual([5_000_000, 1_000_000]);
  });

  it('incentive rules by the newest version that reaches the month: values from which on something is paid, each once', () => {
    const bonus = { ...{ ruleId: 'b', kind: 'bonus' as const, name, amountCny: '100' }, when: [asked('>=', '80000'), asked('<', '90000')] };
    const value = { ruleId: 'v', kind: 'value' as const, name, share: '0.01', fromCny: '80000' };
    const incentives = [
      rules('2026-05', 1, [value]),
      rules('2026-08', 2, [{ ...value, fromCny: '60000' }]),
      rules('2026-08', 3, [value, bonus]),
    ];
    const found = valueBorders([], incentives, '2026-09').filter(({ of }) => of === 'dealerMonth');
    expect(found.map(({ cny, since }) => [cny, since])).toEqual([[80_000, null]]);
    expect(valueBorders([], incentives.slice(0, 2), '2026-09').map(({ cny, since }) => [cny, since])).toEqual([[60_000, '2026-08']]);
    expect(valueBorders([], incentives, '2026-04')).toEqual([]);
  });
  const asked = (is: '>=' | '<', value: string) => ({ figure: 'valueCny' as const, is, value });
});

describe('a network at a border of money', () => {
  const { uniform, normal } = drawsOf(11);
  const border: ValueBorder = { of: 'accountYear', cny: 1_000_000, name, since: null };
  const honest = (count: number): number[] => Array.from({ length: count }, () => 900_000 * Math.exp(0.9 * normal()));
  const helped = (count: number): number[] => Array.from({ length: count }, () => 1_000_000 * Math.exp(0.029 * uniform()));

  it('piles up where it is paid for; an honest network does not, nor does a pile of somewhere else', () => {
    expect(strengthAt(bordered(border, [...honest(3000), ...helped(70)], null)!, 2)).toBeGreaterThan(0.99);
    expect(strengthAt(bordered(border, honest(3000), null)!, 2)).toBeLessThan(0.97);
    expect(strengthAt(bordered({ ...border, cny: 5_000_000 }, [...honest(3000), ...helped(70)], null)!, 2)).toBeLessThan(0.97);
  });

  it('a pile that came with the border is told as such, one that was there before is not', () => {
    const [before, after] = [honest(3000), [...honest(3000), ...helped(90)]];
    expect(bordered(border, after, before)!.jump!).toBeGreaterThan(0.99);
    expect(bordered(border, [...honest(3000), ...helped(60)], after)!.jump!).toBeLessThan(0.95);
  });

  it('of few accounts, or values that nobody earned, nothing is said', () => {
    expect(bordered(border, [1_010_000, 1_020_000, -5, 0], null)).toBeNull();
    expect(bordered(border, [], [])).toBeNull();
  });
});

it('days are priced by the card that rules them, persons never beside views', () => {
  const card = { platform: 'douyin' as const, discount: '0.5', version: 1, sample: false, sourceNote: null, validTo: null };
  const cards = [
    { ...card, line: 'live_view' as const, unitPriceCny: '2', validFrom: '2026-01-01' },
    { ...card, line: 'live_view' as const, unitPriceCny: '4', validFrom: '2026-10-11' },
    { ...card, line: 'live_viewer' as const, unitPriceCny: '9', validFrom: '2026-01-01' },
  ];
  const [first, eleventh] = ['2026-10-01', '2026-10-11'].map((day) => Date.parse(day) / 86_400_000);
  expect(monthParameters(cards, '2026-10', '2026-10')).toEqual({
    ...{ fromMonth: 202610, toMonth: 202610, starts: [first, eleventh] },
    ...{ priced: [`douyin live_view ${first}`, `douyin live_view ${eleventh}`], prices: [1, 2] },
  });
  expect(monthParameters([], '2026-10', '2026-10')).toBeNull();
});
