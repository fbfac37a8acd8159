import type { EChartsCoreOption } from 'echarts/core';
import { markTooltip } from './axes';
import type { Palette } from './palette';

export interface ScatterInput {
  points: { x: number; y: number; name: string }[];
  axes: { x: string; y: string };
  palette: Palette;
  format: (value: number) => string;
}

/** Two figures of each point against each other. Both axes start at zero. */
export function buildScatterOption({ points, axes, palette, format }: ScatterInput): EChartsCoreOption {
  const text = { color: palette.ink3, fontSize: 12, fontFamily: palette.font };
  const axis = (name: string) => ({
    type: 'value' as const,
    min: 0,
    name,
    nameTextStyle: text,
    splitNumber: 4,
    axisLine: { lineStyle: { color: palette.line2 } },
    axisLabel: { ...text, formatter: (value: number) => format(value) },
    splitLine: { lineStyle: { color: palette.line } },
  });
  return {
    grid: { left: 8, right: 24, top: 32, bottom: 32, containLabel: true },
    xAxis: { ...axis(axes.x), nameLocation: 'middle' as const, nameGap: 28 },
    yAxis: { ...axis(axes.y), nameLocation: 'end' as const, nameTextStyle: { ...text, align: 'left' as const } },
    textStyle: { fontFamily: palette.font },
    animationDuration: 200,
    tooltip: markTooltip(palette, ({ dataIndex }) => {
      const { name, x, y } = points[dataIndex];
      return [name, `${axes.x} ${format(x)}`, `${axes.y} ${format(y)}`];
    }),
    series: [
      {
        type: 'scatter',
        symbolSize: 8,
        itemStyle: { color: palette.accent, opacity: 0.75, borderColor: palette.surface, borderWidth: 1 },
        data: points.map(({ x, y }) => [x, y]),
      },
    ],
  };
}
