import fc from 'fast-check';
import { readCell } from './cells';

const SEED = Number(process.env.VITRINE_TEST_SEED ?? 20_261_122);

describe('cells of exports', () => {
  it('numbers come back whatever way they are written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_000_000_000 }), (value) => {
        const ways = [
          String(value),
          value.toLocaleString('en'),
          ` ${value} 次`,
          `${value}人`,
          `${exact(value, 4)}万`,
          `${exact(value, 4)}w`,
          `${exact(value, 8)}亿`,
        ];
        for (const way of ways) expect(readCell(way, 'count')).toBe(String(value));
      }),
      { seed: SEED },
    );
  });

  it('shares come back as fractions of four places, from percent and from the fifteen digits of a workbook', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (parts) => {
        const fraction = Number(exact(parts, 4));
        expect(Number(readCell(`${exact(parts, 2)}%`, 'ratio'))).toBe(fraction);
        expect(Number(readCell(fraction + 1e-9, 'ratio'))).toBe(fraction);
        expect(Number(readCell(exact(parts, 4), 'ratio'))).toBe(fraction);
      }),
      { seed: SEED },
    );
  });

  it('lengths come back from seconds, minutes, hours and clocks', () => {
    fc.assert(
      fc.property(fc.nat({ max: 86_399 }), (seconds) => {
        const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
        const two = (part: number) => String(part).padStart(2, '0');
        const cell = new Date(Date.UTC(1899, 11, 30) + seconds * 1000);
        for (const way of [`${seconds}秒`, `${h}小时${m}分${s}秒`, `${h * 60 + m}分${s}秒`, `${two(h)}:${two(m)}:${two(s)}`, seconds, cell])
          expect(readCell(way, 'seconds')).toBe(String(seconds));
      }),
      { seed: SEED },
    );
    expect(readCell('14.73秒', 'seconds')).toBe('14.73');
  });

  it('what an export does not say is unknown, never 0, and what cannot be read stays to be rejected', () => {
    for (const blank of ['', '-', '--', '—', '/', 'N/A', '暂无', ' - '])
      for (const form of ['count', 'net', 'ratio', 'seconds', 'text', 'day', 'instant'] as const) expect(readCell(blank, form)).toBeNull();
    expect(readCell('10万+', 'count')).toBe('10万+');
    expect(readCell('-5', 'net')).toBeNull();
    expect(readCell(-5, 'net')).toBeNull();
    expect(readCell('0', 'count')).toBe('0');
    expect(readCell('20261018', 'day')).toBe('2026-10-18');
    expect(readCell('2026年8月7日', 'day')).toBe('2026-08-07');
  });
});

/** A whole number divided by a power of ten, exactly. */
function exact(value: number, places: number): string {
  const text = String(value).padStart(places + 1, '0');
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
}
