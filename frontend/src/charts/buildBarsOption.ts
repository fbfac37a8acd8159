import type { EChartsCoreOption } from 'echarts/core';
import { chartTooltip, monthAxes } from './axes';
import type { Palette } from './palette';

export interface BarsInput {
  /** `value` is for drawing only; `text` is what the tooltip says, exact. */
  points: { month: string; value: number | null; text: string; atLeast: boolean }[];
  lastOpen: boolean;
  palette: Palette;
  format: (value: number) => string;
  monthName: (month: string) => string;
}

/** Month on month as bars from zero. What is "at least" or still runs has a dashed outline; a month without figures stays empty. */
export function buildBarsOption({ points, lastOpen, palette, format, monthName }: BarsInput): EChartsCoreOption {
  const last = points.length - 1;
  return {
    ...monthAxes(
      points.map((point) => point.month),
      palette,
      format,
    ),
    tooltip: chartTooltip(palette, (index) => [monthName(points[index].month), points[index].text]),
    series: [
      {
        type: 'bar',
        barMaxWidth: 24,
        data: points.map((point, index) => {
          const open = point.atLeast || (index === last && lastOpen);
          return {
            value: point.value,
            itemStyle: open
              ? { color: palette.accentWash, borderColor: palette.accent, borderWidth: 1, borderType: 'dashed' }
              : { color: palette.accent, borderWidth: 0 },
            label: {
              show: index === last && point.value !== null,
              position: 'top',
              formatter: format(point.value ?? 0),
              color: palette.ink,
              fontWeight: 600,
              fontFamily: palette.font,
            },
          };
        }),
      },
    ],
  };
}
