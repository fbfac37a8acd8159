import { PROVINCE_TILES } from './provinceTiles';

describe('tiles of the provinces', () => {
  it('are the 34 province-level regions, each once, no two in one place', () => {
    expect(new Set(PROVINCE_TILES.map(({ code }) => code)).size).toBe(34);
    expect(new Set(PROVINCE_TILES.map(({ column, row }) => `${column} ${row}`)).size).toBe(34);
    for (const { code, zh, en } of PROVINCE_TILES) {
      expect(code).toMatch(/^[1-8]\d$/);
      expect(zh).toMatch(/^[\u4e00-\u9fff]{2,3}$/);
      expect(en).toMatch(/^[A-Z][a-zA-Z ]+$/);
    }
  });
});
