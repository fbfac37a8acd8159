import * as fs from 'node:fs';
import * as path from 'node:path';
import { DEFAULT_POLICY, RateCard } from '../state';
import { METRICS } from './catalogue';
import { methodology } from './methodology';

const DOCS = path.join(__dirname, '../../../../docs');
const DEFAULTS = { policy: DEFAULT_POLICY, rateCards: null, of: null };
const CARD: RateCard = {
  platform: 'douyin',
  line: 'live_view',
  unitPriceCny: '0.35',
  discount: '0.5',
  validFrom: '2026-01-01',
  validTo: null,
  version: 3,
  sample: true,
  sourceNote: null,
};

describe('the description of the method', () => {
  it.each([
    ['zh', 'methodology.zh-CN.md'],
    ['en', 'methodology.en.md'],
  ] as const)('in %s the committed document is what the catalogue says (npm run docs:methodology)', (language, file) => {
    expect(fs.readFileSync(path.join(DOCS, file), 'utf8')).toBe(methodology(DEFAULTS, language));
  });

  it('has a chapter of every metric in both languages', () => {
    for (const language of ['zh', 'en'] as const) {
      const text = methodology(DEFAULTS, language);
      for (const { key, name } of METRICS) expect(text).toContain(`\n### ${name[language]} (\`${key}\`)\n`);
      expect(text).not.toMatch(/undefined|\{|\[object/);
    }
  });

  it("speaks in the brand's numbers: policy, weights, bounds, prices in force and their versions", () => {
    const policy = {
      ...DEFAULT_POLICY,
      version: 4,
      fromMonth: '2026-07',
      minVisits: 6,
      headTierCny: '7000000',
      weights: { ...DEFAULT_POLICY.weights, value: 26.5 },
    };
    const text = methodology({ policy, rateCards: [CARD], of: { brand: '示范', month: '2026-10' } }, 'en');
    for (const part of [
      '示范, 2026-10: version #4, from 2026-07',
      'viewers with ≥ 6 counted visits',
      '≥ 7,000,000 head',
      'value 26.5,',
      '`douyin/live_view/2026-01-01#3`: 0.35 × 0.5, 2026-01-01 – open (sample, never for settlement)',
    ])
      expect(text).toContain(part);
    expect(methodology({ ...DEFAULTS, rateCards: [] }, 'zh')).toContain('没有有效的刊例价');
  });
});
