import { ImportField, findImportKind } from '@app/contracts';
import { ParseContext, fieldParser } from './field-parsers';
import { Rejected } from './problems';

const NOW = Date.parse('2026-10-18T12:00:00Z');
const strict: ParseContext = { spreadsheet: false, localZone: null, onLocal: () => undefined, now: () => NOW };
const sheet: ParseContext = { ...strict, spreadsheet: true, localZone: 'Asia/Shanghai' };
const field = (kind: string, name: string): ImportField => findImportKind(kind)?.fields.find((one) => one.name === name) as ImportField;
const read = (kind: string, name: string, raw: unknown, context = strict) => {
  const parsed = fieldParser(field(kind, name), context)(raw);
  return parsed instanceof Rejected ? parsed.problem.code : parsed;
};

describe('values', () => {
  it('an instant needs a zone or epoch milliseconds', () => {
    const ms = Date.parse('2026-10-18T03:05:12Z');
    for (const text of [
      '2026-10-18T11:05:12+08:00',
      '2026-10-18T03:05:12Z',
      '2026-10-18T03:05:12.000Z',
      '2026-10-18 11:05:12 +08:00',
      '2026-10-18T11:05:12+0800',
      ms,
      String(ms),
    ])
      expect(read('entries', 'enteredAt', text)).toBe(ms);
    for (const text of ['2026-10-18T11:05:12', '2026-10-18 11:05', '2026-10-18'])
      expect(read('entries', 'enteredAt', text)).toBe('zone_missing');
    for (const text of ['yesterday', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-10-18T25:00:00Z', true, {}])
      expect(read('entries', 'enteredAt', text)).toBe('instant');
    expect(read('entries', 'enteredAt', 1_790_000_000)).toBe('instant_range');
  });

  it('a spreadsheet may give local times, date cells and serial numbers', () => {
    const ms = Date.parse('2026-08-06T16:00:00Z');
    for (const raw of ['2026/8/7', '2026-08-07 00:00:00', new Date('2026-08-07T00:00:00Z'), 46241, '46241'])
      expect(read('videos', 'publishedAt', raw, sheet)).toBe(ms);
    for (const raw of ['2026/8/7', '2026-08-07', new Date('2026-08-07T00:00:00Z'), 46241])
      expect(read('followers', 'day', raw, sheet)).toBe('2026-08-07');
    expect(read('followers', 'day', '2026/8/7')).toBe('day');
  });

  it('ten minutes of clock skew are allowed, not more', () => {
    expect(read('entries', 'enteredAt', NOW + 600_000)).toBe(NOW + 600_000);
    expect(read('entries', 'enteredAt', NOW + 600_001)).toBe('future');
    expect(read('entries', 'observedAt', NOW + 600_001)).toBe('future');
    expect(read('declarations', 'to', NOW + 600_001)).toBe(NOW + 600_001);
  });

  it('dwell is 0 to 86,400 whole seconds', () => {
    for (const raw of [0, 86_400, '95', '95.0']) expect(read('entries', 'dwellSeconds', raw)).toBe(Number(raw));
    for (const raw of [-1, 86_401, 1.5, 'long', '-1', NaN]) expect(read('entries', 'dwellSeconds', raw)).toBe('dwell');
  });

  it('ids keep what was written, and a number that lost digits is refused', () => {
    for (const raw of ['007', '12345678901234567890']) expect(read('entries', 'accountId', raw)).toBe(raw);
    expect(read('entries', 'accountId', 42)).toBe('42');
    expect(read('entries', 'accountId', 2 ** 60)).toBe('id_number');
    expect(read('entries', 'accountId', 1234567890123456, sheet)).toBe('id_number');
    expect(read('entries', 'accountId', '1.23457E+19', sheet)).toBe('id_number');
  });

  it('money has at most four places, unit prices six, discounts four in (0, 1]', () => {
    expect(read('costs', 'amountCny', '1200.5000')).toBe('1200.5');
    expect(read('costs', 'amountCny', '1,200.5', sheet)).toBe('1200.5');
    expect(read('costs', 'amountCny', 0.1 + 0.2, sheet)).toBe('0.3');
    expect(read('costs', 'amountCny', '0.00001')).toBe('places');
    expect(read('costs', 'amountCny', '1e3')).toBe('decimal');
    expect(read('rate-cards', 'unitPriceCny', '0.000001')).toBe('0.000001');
    expect(read('rate-cards', 'unitPriceCny', '0.0000001')).toBe('places');
    expect(read('rate-cards', 'discount', '1')).toBe('1');
    for (const raw of ['0', '1.01', '0.0000']) expect(read('rate-cards', 'discount', raw)).toBe('range');
    expect(read('rate-cards', 'discount', '0.12345')).toBe('places');
  });

  it('a percent is exactly a hundredth', () => {
    expect(read('videos', 'completionRate', '4.41%', sheet)).toBe('0.0441');
    expect(read('videos', 'completionRate', '0%', sheet)).toBe('0');
    expect(read('videos', 'completionRate', '100%', sheet)).toBe('1');
    expect(read('videos', 'completionRate', '55%', sheet)).toBe('0.55');
  });

  it('an unknown platform is refused in its own words', () => {
    expect(read('entries', 'platform', 'tiktok')).toBe('platform');
    expect(read('entries', 'source', 'guess')).toBe('choice');
  });
});
