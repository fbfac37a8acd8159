import { fraction } from '@app/analytics';
import type { RankingRow } from '@app/contracts';
import { decidedBy, valueText } from './standing';

const subject = (showroomVisitors: number | null, valueCny: string | null, score = fraction(1, 2)) => ({
  score,
  row: { showroomVisitors, valueCny } as RankingRow,
});

describe('what decides between two ranks', () => {
  it('is the first of score, traffic and value that differs, exactly', () => {
    expect(decidedBy(subject(1, '1', fraction(2, 3)), subject(2, '2'))).toEqual({ by: 'score', difference: '0.1667' });
    expect(decidedBy(subject(5, '1'), subject(2, '9'))).toEqual({ by: 'showroomVisitors', difference: '3' });
    expect(decidedBy(subject(5, '10.0000000001'), subject(5, '9.9'))).toEqual({ by: 'valueCny', difference: '0.1000000001' });
    expect(decidedBy(subject(5, '9'), subject(5, '9'))).toEqual({ by: 'tie', difference: null });
  });

  it('has no difference to what is unknown, which is never 0', () => {
    expect(decidedBy(subject(5, '1'), subject(null, '1'))).toEqual({ by: 'showroomVisitors', difference: null });
    expect(decidedBy(subject(null, '100'), subject(null, null))).toEqual({ by: 'valueCny', difference: null });
  });
});

it('a part that is money is told exactly', () => {
  expect(valueText(fraction(12_345_678_901n, 10_000_000_000n), 'value')).toBe('1.2345678901');
  expect(valueText(fraction(100), 'value')).toBe('100');
  expect(valueText(fraction(1, 3), 'loyalty')).toBe('0.3333');
  expect(valueText(null, 'value')).toBeNull();
});
