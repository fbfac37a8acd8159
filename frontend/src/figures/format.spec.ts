import fc from 'fast-check';
import { divide, grouped, parseDecimal, round } from './decimal';
import * as f from './format';

describe('compact figures', () => {
  it.each([
    ['9999', '9,999'],
    ['10000', '1.0万'],
    ['12500', '1.3万'],
    ['12449.99', '1.2万'],
    ['-12500', '-1.3万'],
    ['99999999', '1.0亿'],
    ['99949999', '9,995.0万'],
    ['125000000', '1.3亿'],
    ['123456789012345678901234', '1,234,567,890,123,456.8亿'],
  ])('%s is %s in Chinese, rounded half away from zero', (value, text) => expect(f.formatCompact(value, 'zh-CN')).toBe(text));

  it.each([
    ['9999', '9,999'],
    ['12340', '12.3K'],
    ['999950', '1.0M'],
    ['1250000', '1.3M'],
    ['999999999', '1.0B'],
  ])('%s is %s in English', (value, text) => expect(f.formatCompact(value, 'en')).toBe(text));

  it('money keeps two decimals under 10,000 and in full', () => {
    expect(f.formatMoney('8123.455', 'zh-CN')).toBe('¥8,123.46');
    expect(f.formatMoney('1234567.1', 'zh-CN')).toBe('¥123.5万');
    expect(f.formatMoneyShort('1068.75', 'zh-CN')).toBe('¥1,069');
    expect(f.formatMoneyShort('20000', 'zh-CN')).toBe('¥2万');
    expect(f.formatMoneyFull('90071992547409931234.005')).toBe('¥90,071,992,547,409,931,234.01');
    expect(f.formatMoneyFull('-0.005')).toBe('-¥0.01');
  });

  it('what cannot be known is a dash, never 0', () => {
    for (const text of [
      f.formatCount(null),
      f.formatCompact(undefined, 'en'),
      f.formatMoney(null, 'en'),
      f.formatMoneyFull('x'),
      f.formatShare(null),
      f.formatFixed(null, 1),
      f.formatDuration(null),
      f.formatInterval(null, 1, 2),
    ])
      expect(text).toBe(f.UNKNOWN);
    expect(f.formatCount(0)).toBe('0');
  });

  it('never loses a digit of a full figure', () =>
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (n) => f.formatCount(String(n)).replaceAll(',', '') === String(n)),
    ));
});

describe('shares, deltas and intervals', () => {
  it('per cent has one decimal', () => {
    expect(f.formatShare(0.1235)).toBe('12.4 %');
    expect(f.formatShare('0.0005')).toBe('0.1 %');
    expect(f.formatShare(1e-7)).toBe('0.0 %');
  });
  it('deltas carry a sign and their unit', () => {
    expect(f.relativeDelta('103.2', '100')).toEqual({ text: '+3.2 %', direction: 'up' });
    expect(f.relativeDelta(50, 100)).toEqual({ text: '-50.0 %', direction: 'down' });
    expect(f.pointDelta(0.114, 0.1)).toEqual({ text: '+1.4 pp', direction: 'up' });
    expect(f.absoluteDelta(3, 3, 0)).toEqual({ text: '0', direction: 'flat' });
  });
  it('a delta against nothing is unknown', () => {
    expect(f.relativeDelta(3, 0)).toBeNull();
    expect(f.relativeDelta(null, 3)).toBeNull();
    expect(f.pointDelta(0.1, null)).toBeNull();
  });
  it('an interval is shown with the figure, unless it says nothing', () => {
    expect(f.formatInterval(14, 12, 19)).toBe('14 (12–19)');
    expect(f.formatInterval(14, 14, null)).toBe('14 (14–?)');
    expect(f.formatInterval(14, 14, 14)).toBe('14');
  });
});

describe('time', () => {
  it('an instant is shown in the zone of the brand', () =>
    expect(f.formatInstant('2026-10-31T16:00:00.000Z', 'Asia/Shanghai')).toBe('2026-11-01 00:00'));
  it('a duration is minutes and seconds', () => expect(f.formatDuration(125)).toBe('2:05'));
  it('a month is written as the language does', () => {
    expect(f.formatMonth('2026-10', 'zh-CN')).toBe('2026年10月');
    expect(f.formatMonth('2026-10', 'en')).toBe('Oct 2026');
  });
});

describe('decimals', () => {
  it('rounds half away from zero on both sides', () => {
    expect(grouped(round(parseDecimal('2.5')!, 0))).toBe('3');
    expect(grouped(round(parseDecimal('-2.5')!, 0))).toBe('-3');
  });
  it('divides exactly to the asked places', () => {
    expect(grouped(divide(parseDecimal('1')!, parseDecimal('3')!, 4)!)).toBe('0.3333');
    expect(divide(parseDecimal('1')!, parseDecimal('0')!, 4)).toBeNull();
  });
});

describe('zone of a page', () => {
  it('says the offset, and what people call it at home', () => {
    expect(f.formatZone('Asia/Shanghai', 'zh-CN')).toBe('北京时间');
    expect(f.formatZone('Asia/Shanghai', 'en')).toBe('UTC+8');
    expect(f.formatZone('Asia/Kolkata', 'zh-CN')).toBe('UTC+5:30');
  });
});
