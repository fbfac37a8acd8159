import type { EChartsCoreOption } from 'echarts/core';
import { chartTooltip } from './axes';
import type { Palette } from './palette';

export interface HistogramInput {
  /** Shares 0–1 of what is shown, and of what it is held against (null: there is nothing); `text` is what the tooltip says of the bin. */
  bins: { name: string; own: number; other: number | null; text: string[] }[];
  names: { own: string; other: string };
  palette: Palette;
  format: (share: number) => string;
}

/** A distribution: the subject filled, what it is held against outlined, both as shares, from zero. */
export function buildHistogramOption({ bins, names, palette, format }: HistogramInput): EChartsCoreOption {
  const text = { color: palette.ink3, fontSize: 12, fontFamily: palette.font };
  return {
    grid: { left: 4, right: 8, top: 16, bottom: 4, containLabel: true },
    textStyle: { fontFamily: palette.font },
    animation: false,
    xAxis: {
      type: 'category',
      data: bins.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line2 } },
      axisLabel: { ...text, interval: 0, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 3,
      axisLabel: { ...text, formatter: (share: number) => format(share) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    tooltip: chartTooltip(palette, (index) => [bins[index].name, ...bins[index].text]),
    series: [
      {
        type: 'bar',
        name: names.own,
        barGap: '10%',
        barMaxWidth: 32,
        itemStyle: { color: palette.accent },
        data: bins.map(({ own }) => own),
      },
      {
        type: 'bar',
        name: names.other,
        barMaxWidth: 32,
        itemStyle: { color: 'transparent', borderColor: palette.ink3, borderWidth: 1 },
        data: bins.map(({ other }) => other),
      },
    ],
  };
}
