import fc from 'fast-check';
import type { CostKind } from '@app/contracts';
import { ExactDecimal } from './exact-decimal';
import { costFigures, returnsOf } from './returns';
import type { ValueFigures } from './value-figures';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20261122);

/** 100 views at 0.3 yuan a view: the line is at 10 yuan. */
const value = (more: Partial<ValueFigures> = {}): ValueFigures => ({
  lines: [{ line: 'live_view', unitPriceCny: '0.3' } as ValueFigures['lines'][number]],
  valueCny: '15',
  grossCny: '15',
  excludedCny: '0',
  effectiveViews: 100,
  missing: [],
  unpricedLines: [],
  openingUnits: {},
  publicCny: '30',
  publicPartial: false,
  publicMayFall: false,
  viewsByPlatform: { douyin: 100n },
  ...more,
});
const policy = { cpaCny: { douyin: '2' } };
const spent = (...amounts: [CostKind, string][]) =>
  costFigures(
    amounts.map(([kind, amountCny]) => ({ kind, amountCny })),
    [],
  );

describe('pass line and returns', () => {
  it('equality passes, the least above does not', () => {
    expect(returnsOf(value(), spent(['host', '10']), policy)).toMatchObject({
      passLine: true,
      passLineCny: '10',
      passLineGapCny: '0',
      costPerViewCny: '0.1000',
      roiValue: '1.5000',
      roiCpa: '20.0000',
    });
    expect(returnsOf(value(), spent(['host', '10.0001']), policy)).toMatchObject({ passLine: false, passLineGapCny: '0.0001' });
  });

  it('an explicit cost of 0 passes without ratio, and all of the line is left', () => {
    expect(returnsOf(value(), spent(['host', '0']), policy)).toMatchObject({
      costCny: '0',
      passLine: true,
      passLineGapCny: '-10',
      costs: [{ kind: 'host', amountCny: '0', share: null, toPassCny: '10' }],
      costPerViewCny: null,
      roiValue: null,
      roiCpa: null,
    });
  });

  it('without cost row the line is known and the rest is not', () => {
    expect(returnsOf(value(), spent(), policy)).toMatchObject({
      costCny: null,
      costComplete: false,
      passLine: null,
      passLineCny: '10',
      passLineGapCny: null,
      costs: [],
      roiValue: null,
    });
  });

  it('without price or views nothing is known of the line; without cpa nothing of its return', () => {
    const unknown = { passLine: null, passLineCny: null, passLineGapCny: null };
    const unpriced = value({ lines: [{ line: 'live_view', unitPriceCny: null } as ValueFigures['lines'][number]], publicCny: '0' });
    expect(returnsOf(unpriced, spent(['host', '1']), policy)).toMatchObject(unknown);
    expect(returnsOf(value({ effectiveViews: 0, publicCny: '0' }), spent(['host', '1']), policy)).toMatchObject(unknown);
    expect(returnsOf(value(), spent(['host', '1']), { cpaCny: {} }).roiCpa).toBeNull();
    // a platform without cpa matters only where it has views
    const views = (kuaishou: bigint) => value({ viewsByPlatform: { douyin: 10n, kuaishou } });
    const ofDouyin = { cpaCny: { douyin: '2' } };
    expect(returnsOf(views(0n), spent(['host', '1']), ofDouyin).roiCpa).toBe('20.0000');
    expect(returnsOf(views(1n), spent(['host', '1']), ofDouyin).roiCpa).toBeNull();
    expect(returnsOf(value({ viewsByPlatform: { kuaishou: 0n } }), spent(['host', '1']), ofDouyin).roiCpa).toBeNull();
  });

  it('with a part of the views unpriced passing is certain, missing unknown, and the distance unknown', () => {
    const partly = value({ publicPartial: true });
    const unknown = { passLineCny: null, passLineGapCny: null };
    expect(returnsOf(partly, spent(['host', '10']), policy)).toMatchObject({ passLine: true, ...unknown });
    expect(returnsOf(partly, spent(['host', '11']), policy)).toMatchObject({ passLine: null, ...unknown });
  });

  it('with a fall among the unpriced views passing is unknown as well, but for a cost of 0', () => {
    const falling = value({ publicPartial: true, publicMayFall: true });
    for (const [cost, passLine] of [
      ['1', null],
      ['11', null],
      ['0', true],
    ] as const)
      expect([cost, returnsOf(falling, spent(['host', cost]), policy).passLine]).toEqual([cost, passLine]);
  });

  it('says of each kind, the largest first, what it alone would have to be to meet the line; null when the others are above it', () => {
    const { costs, passLineGapCny } = returnsOf(value(), spent(['ads', '3'], ['host', '6'], ['ads', '5']), policy);
    expect(costs).toEqual([
      { kind: 'ads', amountCny: '8', share: '0.5714', toPassCny: '4' },
      { kind: 'host', amountCny: '6', share: '0.4286', toPassCny: '2' },
    ]);
    expect(passLineGapCny).toBe('4');
    const [host, ads] = returnsOf(value(), spent(['ads', '3'], ['host', '11']), policy).costs;
    expect([host.toPassCny, ads.toPassCny]).toEqual(['7', null]);
    expect(returnsOf(value(), spent(['ads', '3'], ['host', '10']), policy).costs[1]).toMatchObject({ kind: 'ads', toPassCny: '0' });
  });

  it('a third that does not end is rounded once, half away from zero, on both sides of 0', () => {
    const figures = (publicCny: string, cost: string) => returnsOf(value({ publicCny }), spent(['host', cost]), policy);
    expect(figures('0.2', '0')).toMatchObject({ passLineCny: '0.0666666667', passLineGapCny: '-0.0666666667' });
    expect(figures('0.1', '1').passLineGapCny).toBe('0.9666666667');
  });

  it('what is shown agrees with the exact comparison for every price and cost that can be given', () => {
    const micro = fc.bigInt({ min: 0n, max: 10n ** 12n });
    const near = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.integer({ min: -2, max: 2 }));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(micro, micro),
          near.map(([cost, off]) => [cost * 300n + BigInt(off), cost] as const),
        ),
        ([price, cost]) => {
          const publicCny = new ExactDecimal(price.toString()).div(1_000_000).toFixed();
          const costCny = new ExactDecimal(cost.toString()).div(10_000).toFixed();
          const figures = returnsOf(value({ publicCny }), spent(['host', costCny]), policy);
          const passes = cost * 300n <= price;
          expect(figures.passLine).toBe(passes);
          expect(new ExactDecimal(costCny).lte(figures.passLineCny!)).toBe(passes);
          expect(new ExactDecimal(figures.passLineGapCny!).lte(0)).toBe(passes);
          expect(figures.costs[0].toPassCny).toBe(figures.passLineCny);
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('setting a kind to what it would have to be meets the line exactly', () => {
    const cents = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 30_000 }), (amounts, third) => {
        const kinds: CostKind[] = ['video', 'host', 'ads', 'agency'];
        const publicCny = new ExactDecimal(third).mul(3).div(100).toFixed();
        const rows = amounts.map((amount, at): [CostKind, string] => [kinds[at], new ExactDecimal(amount).div(100).toFixed()]);
        for (const { kind, toPassCny } of returnsOf(value({ publicCny }), spent(...rows), policy).costs) {
          const others = amounts.filter((_, at) => kinds[at] !== kind).reduce((sum, amount) => sum + amount, 0);
          expect(toPassCny === null).toBe(others > third);
          if (toPassCny === null) continue;
          const moved = rows.map(([each, amount]): [CostKind, string] => [each, each === kind ? toPassCny : amount]);
          expect(returnsOf(value({ publicCny }), spent(...moved), policy)).toMatchObject({ passLine: true, passLineGapCny: '0' });
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
