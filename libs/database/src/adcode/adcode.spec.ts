import { VitrineError } from '@app/contracts';
import { cityCode, isAdcode, placeName, placeOf } from './adcode';

describe('GB/T 2260 codes', () => {
  it.each([
    ['440106', '广东省 广州市 天河区'],
    ['440100', '广东省 广州市'],
    ['440000', '广东省'],
    ['110105', '北京市 朝阳区'],
    ['419001', '河南省 济源市'],
    ['441900', '广东省 东莞市'],
  ])('%s reads %s', (code, name) => {
    expect(isAdcode(code)).toBe(true);
    expect(placeName(code)).toBe(name);
  });

  it('a code has a province, a city and a county where it lies in one', () => {
    expect(placeOf('440106')).toEqual({ province: '广东省', city: '广州市', county: '天河区' });
    expect(placeOf('440000')).toEqual({ province: '广东省', city: null, county: null });
    expect(cityCode('440106')).toBe('440100');
  });

  it.each(['', '44010', '440199', '999999', 'abcdef', '__proto__'])('%p is bad input with a remedy', (code) => {
    expect(isAdcode(code)).toBe(false);
    expect(() => placeName(code)).toThrow(expect.objectContaining({ code: 'bad_input' }) as VitrineError);
  });
});
