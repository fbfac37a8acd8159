import type { EChartsCoreOption } from 'echarts/core';
import { chartTooltip } from './axes';
import type { Palette } from './palette';

export interface PlaceBarsInput {
  /** `value` is for drawing only; `text` is what the label and the tooltip say. Null is unknown: no bar. */
  places: { name: string; value: number | null; text: string }[];
  palette: Palette;
}

/** Height that so many bars need, px. */
export const placeBarsHeight = (count: number): number => Math.max(96, 28 * count + 16);

/** Places side by side as lying bars from zero, the largest on top; the figure stands at its bar. */
export function buildPlaceBarsOption({ places, palette }: PlaceBarsInput): EChartsCoreOption {
  const rows = [...places].sort((a, b) => (a.value ?? -1) - (b.value ?? -1));
  const text = { color: palette.ink, fontSize: 12, fontFamily: palette.font };
  return {
    grid: { left: 4, right: 80, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: 'value', min: 0, show: false },
    yAxis: {
      type: 'category',
      data: rows.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, interval: 0, width: 160, overflow: 'truncate' },
    },
    tooltip: chartTooltip(palette, (index) => [rows[index].name, rows[index].text]),
    textStyle: { fontFamily: palette.font },
    animationDuration: 200,
    series: [
      {
        type: 'bar',
        barMaxWidth: 16,
        itemStyle: { color: palette.accent },
        data: rows.map(({ value, text: said }) => ({
          value,
          label: { ...text, show: true, position: 'right', formatter: () => said },
        })),
      },
    ],
  };
}
