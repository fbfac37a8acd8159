import { Command } from 'commander';
import { METRICS, Metric, formulaText, metricOf } from '@app/contracts';
import { print, printJson, printTable } from '../output';
import { globalsOf } from '../session';

export function metricsCommand(): Command {
  return new Command('metrics')
    .description('every figure that reports show: name, definition, formula, source')
    .argument('[key]', 'one metric, by the name of its field')
    .action((key: string | undefined, _: unknown, command: Command) => {
      const { json } = globalsOf(command);
      if (key === undefined) return json ? printJson(METRICS) : printAll();
      const metric = metricOf(key);
      if (json) printJson(metric);
      else printOne(metric);
    });
}

function printAll(): void {
  printTable(
    ['字段 key', '名称 name', '', '单位 unit', '报表 reports'],
    METRICS.map(({ key, name, unit, reports }) => [key, name.zh, name.en, unit ? `${unit.zh} ${unit.en}` : '', reports.join(' ')]),
    5,
  );
}

function printOne(metric: Metric): void {
  const { key, name, definition, unit, source, needs, freshness, good, additivity, reports } = metric;
  const needed = needs === null ? '' : 'all' in needs ? needs.all.join(' + ') : needs.any.join(' | ');
  const lines: [string, string][] = [
    ['名称 name', `${name.zh} ${name.en}`],
    ['定义', definition.zh],
    ['definition', definition.en],
    ['公式', formulaText(metric, 'zh')],
    ['formula', formulaText(metric, 'en')],
    ['章节 section', `domain ${metric.formula.section}`],
    ['单位 unit', unit ? `${unit.zh} ${unit.en}` : '–'],
    ['来源 from', source.join(' ')],
    ['需要 needs', needed || '–'],
    ['更新 known', freshness],
    ['方向 good', good],
    ['层级 levels', additivity],
    ['报表 reports', reports.join(' ')],
  ];
  print(key);
  printTable(['', ''], lines, 2);
}
