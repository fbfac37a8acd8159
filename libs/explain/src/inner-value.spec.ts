import type { ValueLineRow } from '@app/contracts';
import { innerReason, innerValue } from './inner-value';

const line = (more: Partial<ValueLineRow>): ValueLineRow => ({
  line: 'live_view',
  platform: 'douyin',
  units: 10,
  grossUnits: 12,
  excludedUnits: 2,
  unitPriceCny: '0.35',
  discount: '0.5',
  valueCny: '1.75',
  grossCny: '2.1',
  excludedCny: '0.35',
  rateCards: [],
  sample: false,
  paidUnknown: false,
  reason: null,
  ...more,
});
const NO_PRICE = { zh: '没有刊例价', en: 'no price' };
const ROW = {
  lines: [
    line({}),
    line({ unitPriceCny: '0.4', units: 5 }),
    line({ platform: 'kuaishou', units: 100 }),
    line({ line: 'gift', unitPriceCny: null, discount: null, reason: NO_PRICE }),
  ],
  costs: [{ kind: 'host', amountCny: '100.25', share: '1', toPassCny: null }],
};

describe('figures inside a row', () => {
  it('units of a line are the sum over its prices, of one platform where it is named', () => {
    expect(innerValue({ figure: 'units', line: 'live_view' }, ROW)).toBe(115);
    expect(innerValue({ figure: 'units', line: 'live_view', platform: 'douyin' }, ROW)).toBe(15);
  });

  it('a line with one price has it, one with several has them all', () => {
    expect(innerValue({ figure: 'unitPriceCny', line: 'live_view', platform: 'kuaishou' }, ROW)).toBe('0.35');
    expect(innerValue({ figure: 'unitPriceCny', line: 'live_view', platform: 'douyin' }, ROW)).toEqual(['0.35', '0.4']);
  });

  it('what no source tells is unknown with its reason, never 0', () => {
    expect(innerValue({ figure: 'units', line: 'like' }, ROW)).toBeNull();
    expect(innerReason({ figure: 'units', line: 'like' }, ROW)?.en).toMatch(/No source/);
    expect(innerValue({ figure: 'unitPriceCny', line: 'gift' }, ROW)).toBeNull();
    expect(innerReason({ figure: 'unitPriceCny', line: 'gift' }, ROW)).toBe(NO_PRICE);
    expect(innerReason({ figure: 'valueCny', line: 'like' }, ROW)).toBeNull();
  });

  it('costs are told kind by kind', () => {
    expect(innerValue({ figure: 'amountCny' }, ROW)).toEqual({ host: '100.25' });
    expect(innerValue({ figure: 'amountCny' }, { costs: [] })).toBeNull();
  });
});
