import type { EChartsCoreOption } from 'echarts/core';
import { chartTooltip } from './axes';
import type { Palette } from './palette';

/** A step from one figure to another. `change` is for drawing only; `text` is what is said of it, exact. */
export interface WaterfallStep {
  name: string;
  change: number;
  text: string;
}
export interface WaterfallInput {
  start: { name: string; value: number; text: string };
  steps: WaterfallStep[];
  end: { name: string; value: number; text: string };
  palette: Palette;
  format: (value: number) => string;
}

/** Why a figure changed: from the earlier to the later one, each step where the one before ends. Both ends stand on zero. */
export function buildWaterfallOption({ start, steps, end, palette, format }: WaterfallInput): EChartsCoreOption {
  let level = start.value;
  const floats = steps.map((step) => {
    const from = level;
    level += step.change;
    return { ...step, from, to: level };
  });
  const bars = [{ ...start, from: 0, to: start.value }, ...floats, { ...end, from: 0, to: end.value }];
  const isEnd = (index: number) => index === 0 || index === bars.length - 1;
  const text = { color: palette.ink3, fontSize: 12, fontFamily: palette.font };
  return {
    grid: { left: 4, right: 16, top: 24, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: bars.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line2 } },
      axisLabel: { ...text, interval: 0, width: 84, overflow: 'break', lineHeight: 16 },
    },
    yAxis: {
      type: 'value',
      min: (range: { min: number }) => Math.min(0, range.min),
      splitNumber: 4,
      axisLabel: { ...text, formatter: (value: number) => format(value) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    textStyle: { fontFamily: palette.font },
    animationDuration: 200,
    tooltip: chartTooltip(palette, (index) => [bars[index].name, bars[index].text]),
    series: [
      {
        type: 'bar',
        stack: 'level',
        silent: true,
        itemStyle: { color: 'transparent' },
        data: bars.map(({ from, to }) => (from * to < 0 ? 0 : from < 0 || to < 0 ? Math.max(from, to) : Math.min(from, to))),
      },
      {
        type: 'bar',
        stack: 'level',
        barMaxWidth: 48,
        data: bars.map((bar, index) => ({
          value: bar.from < 0 || bar.to < 0 ? -Math.abs(bar.to - bar.from) : Math.abs(bar.to - bar.from),
          itemStyle: { color: isEnd(index) ? palette.ink3 : bar.to >= bar.from ? palette.up : palette.down },
          label: {
            show: true,
            position: 'top',
            formatter: isEnd(index) ? format(bar.to) : `${bar.to >= bar.from ? '+' : '-'}${format(Math.abs(bar.to - bar.from))}`,
            color: palette.ink,
            fontFamily: palette.font,
          },
        })),
      },
    ],
  };
}
