import { GRANT_PRODUCTS } from '@app/contracts';
import { termsOf } from './index';

describe('terms', () => {
  it.each(GRANT_PRODUCTS)('%s: that data may not be resold is told before anything is connected, in both languages', (product) => {
    const { lines } = termsOf(product);
    expect(lines[0].zh).toContain('转售');
    expect(lines[0].en).toContain('resell');
    for (const { zh, en } of lines) expect([zh === '', en === '']).toEqual([false, false]);
  });
});
