import { percent, signedPercent } from './percent';
import { logOdds, shareShown } from './log-odds';

it.each([
  [0.034, '3.4 %'],
  [0.1, '10 %'],
  [0.456, '46 %'],
  [0, '0.0 %'],
])('a share of %d reads %s', (share, text) => expect(percent(share)).toBe(text));

it('a change says its direction', () => expect([signedPercent(0.5), signedPercent(-0.031)]).toEqual(['+50.0 %', '-3.1 %']));

it('odds of nothing and of everything stay finite, and read back as shares', () => {
  expect(Number.isFinite(logOdds(0, 40)) && Number.isFinite(logOdds(40, 40))).toBe(true);
  expect(shareShown(logOdds(300, 1000))).toBeCloseTo(0.3, 2);
  expect(logOdds(-1, 40)).toBe(logOdds(0, 40));
});
