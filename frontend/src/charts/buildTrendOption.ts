import type { EChartsCoreOption } from 'echarts/core';
import { formatInterval, UNKNOWN } from '@/figures/format';
import { chartTooltip, monthAxes } from './axes';
import type { Palette } from './palette';

export interface TrendInput {
  /** `YYYY-MM`, rising, without holes: a month without figures stands with null. */
  points: { month: string; value: number | null; low: number | null; high: number | null }[];
  /** The last month still runs: its point is hollow. */
  lastOpen: boolean;
  palette: Palette;
  format: (value: number) => string;
  monthName: (month: string) => string;
}

/** Month on month as a line with its interval as a band. Gaps stay gaps; the last incomplete point is hollow. */
export function buildTrendOption({ points, lastOpen, palette, format, monthName }: TrendInput): EChartsCoreOption {
  const last = points.length - 1;
  const band = points.map(({ low, high }) => (low === null || high === null ? null : { low, width: high - low }));
  const silent = {
    type: 'line' as const,
    stack: 'band',
    silent: true,
    symbol: 'none',
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
  };
  return {
    ...monthAxes(
      points.map((point) => point.month),
      palette,
      format,
    ),
    tooltip: chartTooltip(palette, (index) => {
      const point = points[index];
      return [monthName(point.month), point.value === null ? UNKNOWN : formatInterval(point.value, point.low, point.high)];
    }),
    series: [
      { ...silent, data: band.map((entry) => entry?.low ?? null) },
      { ...silent, data: band.map((entry) => entry?.width ?? null), areaStyle: { color: palette.accent, opacity: 0.14 } },
      {
        type: 'line',
        connectNulls: false,
        lineStyle: { color: palette.accent, width: 2 },
        symbol: 'circle',
        symbolSize: 7,
        showAllSymbol: true,
        data: points.map((point, index) => ({
          value: point.value,
          itemStyle:
            index === last && lastOpen
              ? { color: palette.surface, borderColor: palette.accent, borderWidth: 2 }
              : { color: palette.accent, borderColor: palette.surface, borderWidth: 1 },
          label: {
            show: index === last && point.value !== null,
            position: 'top',
            formatter: format(point.value ?? 0),
            color: palette.ink,
            fontWeight: 600,
            fontFamily: palette.font,
          },
        })),
      },
    ],
  };
}
