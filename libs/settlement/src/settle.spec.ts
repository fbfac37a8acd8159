import fc from 'fast-check';
import { IncentiveRule, PlacedHold, TIERS } from '@app/contracts';
import { readIncentives } from './incentive-rules';
import { DealerMonth, settle } from './settle';
import { sheetsOf, totalsOf } from './sheets';

const name = { zh: '规则', en: 'rule' };
const figures: DealerMonth['figures'] = {
  rank: '3',
  score: '81.2',
  showroomVisitors: '120',
  loyalShare: '0.1',
  valueCny: '1000000.005',
  trailingValueCny: '5000000',
  roiValue: '2',
  coverage: '0.9',
  passLine: 'true',
  penalties: '0',
};
const month: DealerMonth = {
  figures,
  accounts: [
    { platform: 'douyin', tier: 'head' },
    { platform: 'kuaishou', tier: 'base' },
  ],
};
const samples = { month: false, year: false };
const amounts = (rules: IncentiveRule[], own: DealerMonth = month, upTo: string | null = null) =>
  settle(rules, upTo, own).lines.map((line) => line.amountCny);

describe('settlement of a dealer', () => {
  it('gives each kind of rule its amount, rounded once a line to the fen', () => {
    const rules: IncentiveRule[] = [
      { ruleId: 'head', kind: 'tier', name, tier: 'head', amountCny: '20000' },
      { ruleId: 'vst', kind: 'showroom', name, rateCny: '12.3456', from: '100', upTo: '110' },
      { ruleId: 'value', kind: 'value', name, share: '0.0100', fromCny: '0' },
      { ruleId: 'top', kind: 'bonus', name, share: '0.1', when: [{ figure: 'rank', is: '<=', value: '3' }] },
      { ruleId: 'line', kind: 'malus', name, amountCny: '500', when: [{ figure: 'passLine', is: '=', value: 'false' }] },
    ];
    expect(amounts(rules)).toEqual(['20000.00', '123.46', '10000.00', '3012.35', '0.00']);
    expect(settle(rules, null, month).totalCny).toBe('33135.81');
    expect(settle(rules, '30000', month).totalCny).toBe('30000.00');
  });

  it('half a fen is rounded away from zero', () => {
    expect(amounts([{ ruleId: 'v', kind: 'showroom', name, rateCny: '0.0001', from: '70' }])).toEqual(['0.01']);
    expect(
      amounts(
        [
          { ruleId: 'b', kind: 'showroom', name, rateCny: '1' },
          { ruleId: 'm', kind: 'malus', name, share: '0.0001' },
        ],
        {
          ...month,
          figures: { ...figures, showroomVisitors: '50' },
        },
      ),
    ).toEqual(['50.00', '-0.01']);
  });

  it('an unknown rule that was waived gives nothing and holds nothing; where the figure is known the waiver counts for nothing', () => {
    const rules: IncentiveRule[] = [
      { ruleId: 'vst', kind: 'showroom', name, rateCny: '10' },
      { ruleId: 'value', kind: 'value', name, share: '0.1' },
      { ruleId: 'top', kind: 'bonus', name, share: '0.5' },
    ];
    const unknown = { ...month, figures: { ...figures, showroomVisitors: null } };
    const waived = new Map([['vst', 'no source of viewers']]);
    const given = (own: DealerMonth, waivers: ReadonlyMap<string, string>) => {
      const { lines, unknown: open, totalCny } = settle(rules, null, own, waivers);
      return [lines.map(({ amountCny }) => amountCny), open, totalCny];
    };
    expect(given(unknown, new Map())).toEqual([[null, '100000.00', null], ['vst', 'top'], '100000.00']);
    expect(given(unknown, waived)).toEqual([['0.00', '100000.00', '50000.00'], [], '150000.00']);
    expect(settle(rules, null, unknown, waived).lines[0].how.en).toContain('waived: no source of viewers');
    expect(given(month, waived)).toEqual(given(month, new Map()));
    const dealer = { dealerId: 'd1', dealerName: 'D', month: unknown, sample: false };
    const asked = { dealers: [dealer], rules: { version: 1, fromMonth: '2026-10', rules, upToCny: null }, samples, holds: [] };
    const sheet = (waivers: { dealerId: string; ruleId: string; reason: string }[]) =>
      sheetsOf({ ...asked, waivers, settled: new Map() })[0];
    expect([sheet([]).payableCny, sheet([{ dealerId: 'd2', ruleId: 'vst', reason: 'x' }]).payableCny]).toEqual([null, null]);
    expect(sheet([{ dealerId: 'd1', ruleId: 'vst', reason: 'x' }])).toMatchObject({ payableCny: '150000.00', holds: [] });
  });

  it('what is unknown is no 0: the line and every share of it are unknown, and named', () => {
    const rules: IncentiveRule[] = [
      { ruleId: 'vst', kind: 'showroom', name, rateCny: '10' },
      { ruleId: 'bonus', kind: 'bonus', name, share: '0.5' },
      { ruleId: 'fixed', kind: 'bonus', name, amountCny: '7', when: [{ figure: 'score', is: '>', value: '80' }] },
    ];
    const unknown = settle(rules, null, { ...month, figures: { ...figures, showroomVisitors: null } });
    expect(unknown.lines.map((line) => line.amountCny)).toEqual([null, null, '7.00']);
    expect(unknown.unknown).toEqual(['vst', 'bonus']);
    expect(
      amounts([{ ruleId: 't', kind: 'tier', name, tier: 'head', amountCny: '1' }], {
        ...month,
        accounts: [{ platform: 'douyin', tier: null }],
      }),
    ).toEqual([null]);
  });

  it('bounds belong where the condition says', () => {
    const at = (is: '<' | '<=' | '=' | '>=' | '>', value: string) =>
      amounts([{ ruleId: 'b', kind: 'bonus', name, amountCny: '1', when: [{ figure: 'trailingValueCny', is, value }] }])[0];
    expect([at('>=', '5000000'), at('>', '5000000'), at('=', '5000000.00'), at('<', '5000000.0001'), at('<=', '4999999.9999')]).toEqual([
      '1.00',
      '0.00',
      '1.00',
      '1.00',
      '0.00',
    ]);
  });

  const amount = fc.integer({ min: 0, max: 10_000_000 }).map((fen) => (fen / 100).toFixed(2));
  const rule: fc.Arbitrary<IncentiveRule> = fc
    .oneof(
      fc.record({ kind: fc.constant('tier' as const), tier: fc.constantFrom(...TIERS), amountCny: amount }),
      fc.record({ kind: fc.constant('showroom' as const), rateCny: amount }),
      fc.record({ kind: fc.constant('value' as const), share: fc.constantFrom('0.0133', '0.5', '1') }),
      fc.record({ kind: fc.constantFrom('bonus' as const, 'malus' as const), share: fc.constantFrom('0.0333', '1') }),
      fc.record({ kind: fc.constantFrom('bonus' as const, 'malus' as const), amountCny: amount }),
    )
    .map((one) => ({ ...one, ruleId: 'r', name }) as IncentiveRule);
  const rules = fc.array(rule, { minLength: 1, maxLength: 8 });

  it('the lines add up to the total, which is never below 0, in whatever order the rules stand', () => {
    fc.assert(
      fc.property(rules, (all) => {
        const { lines, totalCny } = settle(all, null, month);
        const fen = lines.reduce((sum, line) => sum + BigInt(line.amountCny!.replace('.', '')), 0n);
        expect(BigInt(totalCny.replace('.', ''))).toBe(fen > 0n ? fen : 0n);
        expect(settle([...all].reverse(), null, month).totalCny).toBe(totalCny);
      }),
    );
  });

  it('a month settled again pays the difference, so that all payments together are what the last sheet says', () => {
    const version = (all: IncentiveRule[]) => ({ version: 1, fromMonth: '2026-10', rules: all, upToCny: null });
    const dealer = (visitors: number) => ({
      dealerId: 'd1',
      dealerName: 'D',
      sample: false,
      month: { ...month, figures: { ...figures, showroomVisitors: String(visitors) } },
    });
    fc.assert(
      fc.property(rules, fc.array(fc.nat(500), { minLength: 1, maxLength: 5 }), (all, visits) => {
        let paid = 0n;
        let last = '0.00';
        for (const count of visits) {
          const settled = new Map([['d1', `${paid / 100n}.${(paid % 100n).toString().padStart(2, '0')}`]]);
          const [sheet] = sheetsOf({ dealers: [dealer(count)], rules: version(all), samples, holds: [], settled });
          paid += BigInt(sheet.payableCny!.replace('.', ''));
          last = sheet.totalCny;
        }
        expect(paid).toBe(BigInt(last.replace('.', '')));
      }),
    );
  });

  it('a hold, a sample price or an unknown figure stops the payment and stays in the total', () => {
    const hold = { holdId: '1', dealerId: 'd1', month: null, cause: 'case', about: 'c-1', reason: '待核查' } as PlacedHold;
    const base = { dealerId: 'd1', dealerName: 'D', month, sample: false };
    const all: IncentiveRule[] = [{ ruleId: 'vst', kind: 'showroom', name, rateCny: '1' }];
    const input = { rules: { version: 1, fromMonth: '2026-10', rules: all, upToCny: null }, samples, settled: new Map<string, string>() };
    const held = sheetsOf({ ...input, dealers: [base], holds: [hold] });
    expect(held[0]).toMatchObject({ totalCny: '120.00', payableCny: null, holds: [{ cause: 'case', about: 'c-1' }] });
    expect(totalsOf(held)).toEqual({ totalCny: '120.00', payableCny: '0.00', heldDealers: 1 });
    expect(sheetsOf({ ...input, dealers: [{ ...base, sample: true }], holds: [] })[0]).toMatchObject({
      payableCny: null,
      holds: [{ cause: 'sample' }],
    });
    const unknown = { ...month, figures: { ...figures, showroomVisitors: null } };
    expect(sheetsOf({ ...input, dealers: [{ ...base, month: unknown }], holds: [] })[0].holds).toMatchObject([
      { cause: 'unknown', about: 'vst' },
    ]);
  });

  it('a dealer that a restated month no longer knows gives back what it got', () => {
    const rules = { version: 1, fromMonth: '2026-10', rules: [], upToCny: null };
    const input = { dealers: [], rules, samples, settled: new Map([['d9', '10.5']]) };
    expect(sheetsOf({ ...input, holds: [] })).toMatchObject([{ dealerId: 'd9', payableCny: '-10.50' }]);
    const hold = { dealerId: 'd9', cause: 'appeal', about: 'c-2', reason: '申诉中' } as PlacedHold;
    expect(sheetsOf({ ...input, holds: [hold] })).toMatchObject([{ dealerId: 'd9', payableCny: null, holds: [{ cause: 'appeal' }] }]);
  });

  it('sample prices of the year hold what asks about tiers, those of peers what asks about ranks, and nothing else', () => {
    const all: IncentiveRule[] = [
      { ruleId: 'tier', kind: 'tier', name, tier: 'head', amountCny: '1' },
      { ruleId: 'year', kind: 'bonus', name, amountCny: '1', when: [{ figure: 'trailingValueCny', is: '>', value: '0' }] },
      { ruleId: 'top', kind: 'bonus', name, amountCny: '1', when: [{ figure: 'rank', is: '<=', value: '3' }] },
      { ruleId: 'vst', kind: 'showroom', name, rateCny: '1' },
    ];
    const held = (ofMonth: boolean, year: boolean, asked = all) =>
      sheetsOf({
        dealers: [{ dealerId: 'd1', dealerName: 'D', month, sample: false }],
        rules: { version: 1, fromMonth: '2026-10', rules: asked, upToCny: null },
        samples: { month: ofMonth, year },
        holds: [],
        settled: new Map(),
      }).flatMap(({ payableCny, holds }) => (payableCny === null ? holds.map(({ cause, about }) => `${cause} ${about}`) : []));
    expect(held(false, false)).toEqual([]);
    expect(held(false, true)).toEqual(['sample tier', 'sample year']);
    expect(held(true, false)).toEqual(['sample top']);
    expect(held(true, true, [all[3]])).toEqual([]);
  });
});

describe('incentive rules that are refused', () => {
  const good = { fromMonth: '2026-10', rules: [{ ruleId: 'vst', kind: 'showroom', name, rateCny: '12.5' }] };
  const faults = (given: unknown) => {
    try {
      readIncentives(given);
      return [];
    } catch (error) {
      return (error as { options: { details: { field: string }[] } }).options.details.map(({ field }) => field);
    }
  };

  it('names each field, all at once', () => {
    expect(faults(good)).toEqual([]);
    expect(faults(null)).toEqual(['fromMonth', 'rules']);
    expect(faults({ ...good, upToCny: -1 })).toEqual(['upToCny']);
    const bad = [
      { ruleId: 'a', kind: 'showroom', name, rateCny: 12.5 },
      { ruleId: 'a', kind: 'tier', name, tier: 'top', amountCny: '1' },
      { ruleId: 'b', kind: 'bonus', name, amountCny: '1', share: '0.1' },
      { ruleId: 'c', kind: 'value', name: { zh: '价' }, share: '1.5' },
      { ruleId: 'd', kind: 'gift', name },
      { ruleId: 'e', kind: 'malus', name, share: '0.1', when: [{ figure: 'mood', is: '<', value: '1' }] },
      { ruleId: 'f', kind: 'malus', name, share: '0.1', when: [{ figure: 'passLine', is: '<', value: 'true' }] },
      { ruleId: 'g', kind: 'showroom', name, rateCny: '1', from: '5', upTo: '5', colour: 'red' },
    ];
    expect(faults({ ...good, rules: bad })).toEqual([
      'rules[0].rateCny',
      'rules[1].tier',
      'rules[2].amountCny',
      'rules[3].name',
      'rules[3].share',
      'rules[4].kind',
      'rules[5].when[0].figure',
      'rules[6].when[0].value',
      'rules[7].colour',
      'rules[7].upTo',
      'rules[1].ruleId',
    ]);
  });
});
