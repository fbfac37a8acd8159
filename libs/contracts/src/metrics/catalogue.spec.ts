import { CAPABILITY_IMPORT, METRIC_NEEDS } from '../capability-needs';
import { findImportKind } from '../import-kinds';
import { REPORTS, RankingPart, SCORE_PARTS, ShowroomRow } from '../reports';
import { DEFAULT_POLICY } from '../state';
import { METRICS, METRIC_GROUPS, catalogueFaults, metricOf } from './catalogue';
import { formulaText, policyTerm } from './formula';
import type { MetricDefinition } from './metric';
import type { CatalogueHolds, FigureOf, NothingOf, Undefined } from './report-rows';

const SOUND: MetricDefinition = {
  name: { zh: '数', en: 'Number' },
  definition: { zh: '数', en: 'A number' },
  formula: { text: 'n', section: '3.8' },
  format: 'count',
  unit: null,
  needs: { all: ['viewerEvents'] },
  source: ['entries'],
  freshness: 'live',
  good: 'higher',
  additivity: 'sums',
  reports: ['showroom'],
};

describe('the metric catalogue', () => {
  it('defines each metric once, in both languages, from import kinds that exist', () => {
    expect(new Set(METRICS.map(({ key }) => key)).size).toBe(METRICS.length);
    expect(METRIC_GROUPS.flatMap(({ metrics }) => metrics)).toEqual(METRICS);
    for (const { source } of METRICS)
      for (const kind of source) expect({ kind, known: findImportKind(kind) !== null }).toEqual({ kind, known: true });
    expect(METRICS.flatMap(({ reports }) => [...reports]).filter((report) => !REPORTS.includes(report))).toEqual([]);
  });

  it('needs of a metric are those of its definition, and can be imported', () => {
    for (const { key, needs } of METRICS) {
      expect(METRIC_NEEDS[key]).toBe(needs);
      const names = needs === null ? [] : 'all' in needs ? needs.all : needs.any;
      for (const name of names) expect(findImportKind(CAPABILITY_IMPORT[name])).not.toBeNull();
    }
  });

  it('each part of the score is a metric of the ranking', () => {
    for (const part of SCORE_PARTS) expect(metricOf(part).reports).toContain('ranking');
  });

  it.each<[string, Record<string, MetricDefinition>[], string]>([
    ['a key that two groups define', [{ a: SOUND }, { a: SOUND }], 'a is defined twice'],
    ['a blank name', [{ a: { ...SOUND, name: { zh: ' ', en: 'Number' } } }], 'a: a text is blank'],
    ['a blank formula', [{ a: { ...SOUND, formula: { text: '', section: '3.8' } } }], 'a: a text is blank'],
    ['a section that is none', [{ a: { ...SOUND, formula: { text: 'n', section: 'later' } } }], 'a: "later" is no section'],
    ['no source', [{ a: { ...SOUND, source: [] } }], 'a: no source'],
    ['a capability that nothing has', [{ a: { ...SOUND, needs: { any: ['magic' as 'videos'] } } }], 'a: there is no capability magic'],
  ])('%s keeps the process from starting', (_, groups, fault) => {
    expect(catalogueFaults([{ b: SOUND }])).toEqual([]);
    expect(catalogueFaults(groups)).toEqual([fault]);
  });

  it('a metric that comes as data and is not defined is refused with what to do', () => {
    expect(metricOf('valueCny').name.en).toBe('Communication value');
    for (const key of ['worth', 'toString', ''])
      expect(() => metricOf(key)).toThrow(expect.objectContaining({ code: 'not_found', options: { remedy: expect.anything() } }));
  });

  it('formulas carry the numbers of a policy; without one the names stand there', () => {
    const formula = {
      formula: {
        text: { zh: '≥ {minVisits} 次，{headTierCny}', en: 'weights {weights.value}, {requiredCostKinds}, {cpaCny}' },
        section: '3.8',
      },
    };
    const policy = { ...DEFAULT_POLICY, minVisits: 7, headTierCny: '5000000.5', cpaCny: { douyin: '1200' } };
    expect(formulaText(formula, 'zh', policy)).toBe('≥ 7 次，5,000,000.5');
    expect(formulaText(formula, 'en', policy)).toBe('weights 25, none, douyin 1,200');
    expect(formulaText(formula, 'zh')).toBe('≥ minVisits 次，headTierCny');
    expect(policyTerm(policy, 'cpaCny.kuaishou', 'zh')).toBe('未设');
  });

  it('the same numbers of the policy stand in both languages of a formula', () => {
    const terms = (text: string) => [...text.matchAll(/\{([\w.]+)\}/g)].map(([, term]) => term).sort();
    for (const { key, formula } of METRICS)
      if (typeof formula.text !== 'string') expect({ key, terms: terms(formula.text.en) }).toEqual({ key, terms: terms(formula.text.zh) });
  });
});

// What must not compile: tsc reports an unused @ts-expect-error, so these lines fail as soon as one of the guarantees is gone.
interface NewRow extends ShowroomRow {
  neverDefined: number;
}
type Sound = NothingOf<Undefined<'showroom', ShowroomRow>>;
// @ts-expect-error the catalogue does not define `neverDefined`
type UndefinedFigure = NothingOf<Undefined<'showroom', NewRow>>;
// @ts-expect-error `score` is defined, but not as a figure of the report `showroom`
type OtherReport = NothingOf<Undefined<'showroom', { score: number }>>;
// @ts-expect-error a key that is not in the catalogue
const misspelt = () => METRIC_NEEDS.showroomVisitor;

it('a figure without a definition does not compile', () => {
  const fields: FigureOf<RankingPart>[] = ['weight', 'value', 'percentile', 'peers', 'smallGroup'];
  const held: (CatalogueHolds | Sound | UndefinedFigure | OtherReport)[] = [];
  expect([held.length, fields.length, typeof misspelt()]).toEqual([0, 5, 'undefined']);
});
