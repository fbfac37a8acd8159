import { emptyRate, rateProblems, rateRows } from './rateRows';

const row = { ...emptyRate(), unitPriceCny: '0.35', discount: '0.5', validFrom: '2026-11-01' };

describe('a price as it is typed', () => {
  it.each([
    ['0.35', '0.5', []],
    ['1234567.123456', '1.0000', []],
    ['', '1', ['price']],
    ['-1', '1', ['price']],
    ['1e3', '1', ['price']],
    ['0.1234567', '1', ['price']],
    ['1', '0', ['discount']],
    ['1', '0.00', ['discount']],
    ['1', '1.01', ['discount']],
    ['1', '0.12345', ['discount']],
  ])('%s at %s: %j', (unitPriceCny, discount, problems) => expect(rateProblems({ ...row, unitPriceCny, discount })).toEqual(problems));
  it('needs its first day', () => expect(rateProblems({ ...row, validFrom: '' })).toEqual(['day']));
  it('a sample is never copied with its note', () =>
    expect(emptyRate({ ...row, version: 1, validTo: null, sample: true, sourceNote: 'x' } as never)).toMatchObject({
      unitPriceCny: '0.35',
      sourceNote: '',
    }));
  it('goes to the api without the empty note', () =>
    expect(rateRows([{ ...row, unitPriceCny: ' 0.35 ' }])).toEqual([
      { platform: 'douyin', line: 'live_view', unitPriceCny: '0.35', discount: '0.5', validFrom: '2026-11-01' },
    ]));
});
