import type { RankingRow, ShowroomRow, TierRow, ValueRow } from '@app/contracts';
import { dealerFacts } from './dealer-months';

const value = {
  level: 'dealer',
  dealerId: 'd1',
  name: 'D',
  valueCny: '100',
  roiValue: '2',
  passLine: true,
  costComplete: true,
  missing: [],
  sample: false,
} as unknown as ValueRow;
const figuresOf = (more: Partial<ValueRow>) =>
  dealerFacts({
    ranking: [{ level: 'dealer', dealerId: 'd1', name: 'D', rank: null, score: 50.5, coverage: 1 } as unknown as RankingRow],
    value: [{ ...value, ...more }],
    showroom: [{ level: 'dealer', dealerId: 'd1', name: 'D', showroomVisitors: 0 } as unknown as ShowroomRow],
    tiers: [] as TierRow[],
    accountTiers: [],
    samples: { month: false, year: false },
  })[0].month.figures;

describe('what a dealer is settled by', () => {
  it('is what the close says; unknown stays unknown, 0 stays 0', () => {
    expect(figuresOf({})).toEqual({
      rank: null,
      score: '50.5',
      showroomVisitors: '0',
      loyalShare: null,
      valueCny: '100',
      trailingValueCny: null,
      roiValue: '2',
      coverage: '1',
      passLine: 'true',
      penalties: '0',
    });
  });

  it('with a price missing knows neither the value nor the return on it', () => {
    const missing = [{ line: 'like' as const, platform: 'douyin' as const, days: ['2026-10-01'] }];
    expect(figuresOf({ missing })).toMatchObject({ valueCny: null, roiValue: null, passLine: 'true' });
  });

  it('with a price missing in the year knows neither the trailing value nor a tier that stands on it', () => {
    const tier = { level: 'dealer', dealerId: 'd1', name: 'D', trailingValueCny: '4999999' } as unknown as TierRow;
    const account = { level: 'account', platform: 'douyin', accountId: 'a', dealerId: 'd1', effectiveTier: 'base' } as unknown as TierRow;
    const settledBy = (trailingAtLeast: boolean | undefined) =>
      dealerFacts({
        ranking: [{ level: 'dealer', dealerId: 'd1', name: 'D', rank: 1 } as unknown as RankingRow],
        value: [value],
        showroom: [],
        tiers: [{ ...tier, trailingAtLeast }],
        accountTiers: [{ ...account, trailingAtLeast }],
        samples: { month: false, year: false },
      })[0].month;
    expect([settledBy(true).figures.trailingValueCny, settledBy(true).accounts]).toEqual([null, [{ platform: 'douyin', tier: null }]]);
    for (const known of [false, undefined])
      expect([settledBy(known).figures.trailingValueCny, settledBy(known).accounts[0].tier]).toEqual(['4999999', 'base']);
  });

  it('with costs missing knows no return, and of the pass line only that it is missed', () => {
    expect(figuresOf({ costComplete: false })).toMatchObject({ valueCny: '100', roiValue: null, passLine: null });
    expect(figuresOf({ costComplete: false, passLine: false })).toMatchObject({ passLine: 'false' });
  });
});
