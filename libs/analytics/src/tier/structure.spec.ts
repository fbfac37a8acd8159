import fc from 'fast-check';
import { PLATFORMS, TIERS } from '@app/contracts';
import { sumCny } from '../value/exact-decimal';
import { MatrixMember, matrixStructure } from './structure';

const member = (given: Partial<MatrixMember>): MatrixMember => ({
  accountKey: '1',
  platform: 'douyin',
  dealerId: 'd1',
  tier: 'base',
  valueCny: '0',
  ...given,
});
const members = fc
  .array(
    fc.record({
      platform: fc.constantFrom(...PLATFORMS),
      dealerId: fc.constantFrom('d1', 'd2', 'd3', null),
      tier: fc.constantFrom(...TIERS, null),
      valueCny: fc.option(
        fc.nat(9_000_000).map((value) => `${value}.25`),
        { freq: 8 },
      ),
    }),
    { maxLength: 30 },
  )
  .map((given) => given.map((one, at) => member({ ...one, accountKey: String(at) })));

describe('structure of a matrix', () => {
  it('does not depend on the order of its accounts', () => {
    fc.assert(
      fc.property(
        members.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length, maxLength: given.length })),
        ),
        ([given, shuffled]) => expect(matrixStructure(shuffled)).toEqual(matrixStructure(given)),
      ),
    );
  });

  it('parts add up to the whole, and an index lies between 1 ÷ n and 1', () => {
    fc.assert(
      fc.property(members, (given) => {
        const structure = matrixStructure(given);
        if (structure.trailingValueCny !== null)
          expect(sumCny(structure.platforms.map(({ valueCny }) => valueCny))).toBe(structure.trailingValueCny);
        const { herfindahl, subjects, top1Share, top5Share } = structure.byAccount;
        if (herfindahl === null) return;
        expect(herfindahl).toBeLessThanOrEqual(1);
        expect(herfindahl).toBeGreaterThanOrEqual(1 / subjects - 0.00005);
        expect(top5Share!).toBeGreaterThanOrEqual(top1Share!);
        expect(top1Share! + 0.00005).toBeGreaterThanOrEqual(herfindahl);
      }),
    );
  });

  it('computes the index and the shares exactly', () => {
    const { byAccount, byDealer, topPlatform, topPlatformShare } = matrixStructure([
      member({ accountKey: '1', valueCny: '50' }),
      member({ accountKey: '2', valueCny: '30', dealerId: 'd2' }),
      member({ accountKey: '3', valueCny: '20', dealerId: 'd2', platform: 'kuaishou' }),
      member({ accountKey: '4', valueCny: null }),
    ]);
    expect(byAccount).toEqual({ subjects: 3, herfindahl: 0.38, top1Share: 0.5, top5Share: 1 });
    expect(byDealer).toEqual({ subjects: 2, herfindahl: 0.5, top1Share: 0.5, top5Share: 1 });
    expect([topPlatform, topPlatformShare]).toEqual(['douyin', 0.8]);
  });

  it('warns of outer accounts that carry more than half without a head, in words and with what to do', () => {
    const given = [member({ accountKey: '1', tier: 'outer', valueCny: '501' }), member({ accountKey: '2', valueCny: '500' })];
    const { findings, structureWarning } = matrixStructure(given);
    expect(structureWarning).toBe(true);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([
      ['outerWithoutHead', 'warning'],
      ['onePlatform', 'watch'],
      ['fewAccounts', 'unknown'],
    ]);
    for (const { zh, en, action } of findings) for (const text of [zh, en, action.zh, action.en]) expect(text.length).toBeGreaterThan(2);
    expect(matrixStructure([{ ...given[0], valueCny: '500' }, given[1]]).findings[0].code).toBe('noHead');
    expect(matrixStructure([...given, member({ accountKey: '3', tier: 'head', valueCny: '0' })]).findings[0].code).not.toBe(
      'outerWithoutHead',
    );
  });

  it('half of the value is not more than half, and a sum below nothing holds no share', () => {
    const half = [member({ accountKey: '1', tier: 'head', valueCny: '500' }), member({ accountKey: '2', tier: 'outer', valueCny: '500' })];
    expect(matrixStructure(half).findings[0].code).toBe('tiersSound');
    expect(matrixStructure([half[0], { ...half[1], valueCny: '500.0001' }]).findings[0].code).toBe('outerHeavy');
    const { byAccount } = matrixStructure([member({ accountKey: '1', valueCny: '100' }), member({ accountKey: '2', valueCny: '-10' })]);
    expect(byAccount).toEqual({ subjects: 2, herfindahl: 1, top1Share: 1, top5Share: 1 });
  });

  it('judges concentration of accounts from five on, and says when nothing is known', () => {
    const spread = (values: number[]) =>
      matrixStructure(values.map((value, at) => member({ accountKey: String(at), valueCny: String(value) }))).findings[2].code;
    expect(spread([10, 10, 10, 10, 10, 10, 10])).toBe('accountsSpread');
    expect(spread([10, 10, 10, 10, 10])).toBe('accountsLeaning');
    expect(spread([60, 10, 10, 10, 10])).toBe('accountsConcentrated');
    const dealers = (values: number[]) =>
      matrixStructure(values.map((value, at) => member({ accountKey: String(at), dealerId: `d${at}`, valueCny: String(value) })))
        .findings[3].code;
    expect([dealers([60, 10, 10, 10, 10]), dealers([60, 10])]).toEqual(['dealersConcentrated', 'fewDealers']);
    expect(matrixStructure([member({ valueCny: null })]).findings.map(({ code }) => code)).toEqual(['nothingKnown']);
    expect(matrixStructure([]).findings.map(({ code }) => code)).toEqual(['nothingKnown']);
  });
});
