import { CITY_NAMES } from '@/figures/cityNames';
import { englishPlace } from './usePlaceNames';

describe('places in English', () => {
  it('are the city, else the province, as far as the code tells them, and never a guess', () => {
    expect(englishPlace('440106', CITY_NAMES)).toBe('Guangzhou');
    expect(englishPlace('440000', CITY_NAMES)).toBe('Guangdong');
    expect(englishPlace('110105', CITY_NAMES)).toBe('Beijing');
    expect(englishPlace('429004', CITY_NAMES)).toBe('Hubei');
    expect(englishPlace('440100', null)).toBe('Guangdong');
    expect(englishPlace('990000', CITY_NAMES)).toBe('');
  });
  it('no two cities have one name, and none holds a Chinese sign', () => {
    const names = [...CITY_NAMES.values()];
    expect(names.length).toBeGreaterThan(330);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /[\u4e00-\u9fff]/.test(name))).toEqual([]);
  });
});
