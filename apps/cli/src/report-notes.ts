import { METRICS, Metric, Report, formulaText } from '@app/contracts';

/** Rows of the sheet of notes: what was asked, what is said beside the figures, and each column as the catalogue defines it. */
export function reportNotes({ meta }: Report<unknown>, fields: readonly string[]): string[][] {
  const shown = METRICS.filter(({ key }) => fields.includes(key));
  return [
    ['报表 report', meta.report],
    ['品牌 brand', meta.brand],
    ['期间 period', meta.month ?? `${meta.from} – ${meta.to}`],
    ['层级 level', meta.level],
    ['口径 basis', meta.basis],
    ['策略版本 policy version', String(meta.policyVersion)],
    ['数据时刻 data instant', meta.dataInstant],
    ...meta.notes.map((note) => ['说明 note', note.zh, note.en]),
    [],
    ['字段 field', '名称', 'name', '单位 unit', '定义', 'definition', '公式', 'formula', 'domain', '更新 known'],
    ...shown.map(definitionRow),
  ];
}

const definitionRow = (metric: Metric): string[] => [
  metric.key,
  metric.name.zh,
  metric.name.en,
  metric.unit ? `${metric.unit.zh} ${metric.unit.en}` : '',
  metric.definition.zh,
  metric.definition.en,
  formulaText(metric, 'zh'),
  formulaText(metric, 'en'),
  metric.formula.section,
  metric.freshness,
];
