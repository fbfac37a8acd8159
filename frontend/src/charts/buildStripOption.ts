import type { EChartsCoreOption } from 'echarts/core';
import { markTooltip } from './axes';
import type { Palette } from './palette';

/** A value below which a share of the compared lies. */
export interface StripQuantile {
  share: number;
  deviation: number;
}
export interface StripInput {
  /** Lines from below: each with what is known of its distribution. */
  compared: { name: string; quantiles: StripQuantile[] }[];
  /** The subject's own points; `quantile`: share of honest peers below. */
  subject: { name: string; points: { deviation: number; quantile: number; text: string[] }[] };
  axis: string;
  /** Beyond what share a point is told apart, and the word for it. */
  threshold: { share: number; name: string };
  palette: Palette;
  format: (value: number) => string;
}

const at = (quantiles: StripQuantile[], share: number) => quantiles.find((known) => known.share === share)?.deviation ?? null;

/** One stretch of a distribution, on the line of its name. */
const stretch =
  (palette: Palette, name: string, [from, to]: (number | null)[]) =>
  (width: number) => ({
    type: 'line' as const,
    symbol: 'none',
    silent: true,
    lineStyle: { color: palette.ink3, width, opacity: width > 4 ? 0.45 : 0.8, cap: 'butt' as const },
    data:
      from === null || to === null
        ? []
        : [
            [from, name],
            [to, name],
          ],
  });

/** Where honest peers end. */
const limitLine = (limit: number, name: string, palette: Palette) => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color: palette.amber, type: 'dashed' as const },
  label: { formatter: name, color: palette.amber, fontSize: 12, fontFamily: palette.font },
  data: [{ xAxis: limit }],
});

/** Spread lines of own and peers' honest past (thin: 5–99 %, thick: the middle half, a tick at the median) and the subject's points over one axis. */
export function buildStripOption({ compared, subject, axis, threshold, palette, format }: StripInput): EChartsCoreOption {
  const names = [...compared.map(({ name }) => name), subject.name];
  const text = { color: palette.ink3, fontSize: 12, fontFamily: palette.font };
  const peers = compared.find(({ quantiles }) => at(quantiles, threshold.share) !== null);
  const limit = peers ? at(peers.quantiles, threshold.share) : null;
  return {
    grid: { left: 4, right: 48, top: 24, bottom: 28, containLabel: true },
    textStyle: { fontFamily: palette.font },
    animation: false,
    xAxis: {
      type: 'value',
      name: axis,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: text,
      axisLine: { show: true, lineStyle: { color: palette.line2 } },
      axisLabel: { ...text, formatter: (value: number) => format(value) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    yAxis: {
      type: 'category',
      data: names,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { ...text, color: palette.ink2 },
    },
    tooltip: markTooltip(palette, ({ dataIndex }) => subject.points[dataIndex]?.text ?? []),
    series: [
      ...compared.flatMap(({ name, quantiles }) => [
        stretch(palette, name, [
          at(quantiles, 0.05) ?? quantiles[0]?.deviation ?? null,
          at(quantiles, 0.99) ?? quantiles.at(-1)?.deviation ?? null,
        ])(2),
        stretch(palette, name, [at(quantiles, 0.25), at(quantiles, 0.75)])(12),
        {
          type: 'scatter' as const,
          silent: true,
          symbol: 'rect',
          symbolSize: [2, 16],
          itemStyle: { color: palette.ink },
          data: at(quantiles, 0.5) === null ? [] : [[at(quantiles, 0.5), name]],
        },
      ]),
      {
        type: 'scatter' as const,
        symbolSize: 9,
        data: subject.points.map(({ deviation, quantile }) => ({
          value: [deviation, subject.name],
          itemStyle: {
            color: quantile >= threshold.share ? palette.amber : palette.accent,
            opacity: 0.8,
            borderColor: palette.surface,
            borderWidth: 1,
          },
        })),
        ...(limit === null ? {} : { markLine: limitLine(limit, threshold.name, palette) }),
      },
    ],
  };
}
