import type { LiveMarker } from '@app/contracts';
import type { EChartsCoreOption } from 'echarts/core';
import { chartTooltip } from './axes';
import type { Palette } from './palette';

const MINUTE_MS = 60_000;

/** A stretch that somebody has to explain, as signals name it. */
export interface CurveBand {
  from: number;
  to: number;
  text: string;
}
export interface MinuteCurveInput {
  /** Concurrency by minute (its first instant, epoch ms), rising; missing minutes are left out. */
  points: { minute: number; value: number | null }[];
  /** Entries by minute, drawn as bars below. */
  entries?: { minute: number; entries: number }[];
  markers: LiveMarker[];
  bands?: CurveBand[];
  palette: Palette;
  format: (value: number) => string;
  time: (instant: number) => string;
  words: { concurrent: string; entries: string; marker: (kind: LiveMarker['kind']) => string };
}

/** One broadcast, minute by minute: gaps stay gaps, what was declared is shaded, instants are lines, what is to be explained has a band. */
export function buildMinuteCurveOption(input: MinuteCurveInput): EChartsCoreOption {
  const { points, entries = [], markers, bands = [], palette, format, time, words } = input;
  const minutes = [...points.map(({ minute }) => minute), ...entries.map(({ minute }) => minute)];
  const [from, to] = [Math.min(...minutes), Math.max(...minutes)];
  const count = minutes.length === 0 ? 0 : Math.min(1_440, Math.round((to - from) / MINUTE_MS) + 1);
  const places = Array.from({ length: count }, (_, index) => from + index * MINUTE_MS);
  const values = new Map(points.map(({ minute, value }) => [minute, value]));
  const entered = new Map(entries.map((entry) => [entry.minute, entry.entries]));
  const place = (instant: number) => Math.max(0, Math.min(count - 1, Math.floor((instant - from) / MINUTE_MS)));
  const text = { color: palette.ink3, fontSize: 12, fontFamily: palette.font };
  const spans = markers.filter((marker) => marker.to > marker.from);
  const instants = markers.filter((marker) => marker.to === marker.from);
  const areas = [
    ...spans.map((marker) => area(marker, words.marker(marker.kind), marker.kind === 'gap' ? palette.line : palette.accentWash)),
    ...bands.map((band) => area(band, band.text, palette.amber, 0.18)),
  ];
  function area(span: { from: number; to: number }, name: string, color: string, opacity = 0.8) {
    return [
      {
        name,
        xAxis: place(span.from),
        itemStyle: { color, opacity },
        label: { color: palette.ink2, fontSize: 12, position: 'insideTop' as const },
      },
      { xAxis: place(span.to) },
    ];
  }
  const axis = {
    type: 'value' as const,
    min: 0,
    minInterval: 1,
    splitNumber: 3,
    axisLabel: { ...text, formatter: (value: number) => format(value) },
  };
  return {
    grid: { left: 4, right: 8, top: 24, bottom: 4, containLabel: true },
    textStyle: { fontFamily: palette.font },
    animation: false,
    xAxis: {
      type: 'category',
      data: places.map(time),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line2 } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: [
      { ...axis, splitLine: { lineStyle: { color: palette.line } } },
      { ...axis, splitLine: { show: false }, show: points.length > 0 && entries.length > 0 },
    ],
    tooltip: chartTooltip(palette, (index) => {
      const at = places[index];
      const value = values.get(at);
      const within = markers
        .filter((marker) => place(marker.from) <= index && index <= place(marker.to))
        .map(({ kind }) => words.marker(kind));
      const banded = bands.filter((band) => place(band.from) <= index && index <= place(band.to));
      return [
        time(at),
        ...(points.length > 0 ? [`${words.concurrent} ${value == null ? '—' : format(value)}`] : []),
        ...(entries.length > 0 ? [`${words.entries} ${format(entered.get(at) ?? 0)}`] : []),
        ...new Set([...within, ...banded.map((band) => band.text)]),
      ];
    }),
    series: [
      {
        type: 'line',
        name: words.concurrent,
        connectNulls: false,
        showSymbol: false,
        lineStyle: { color: palette.accent, width: 2 },
        itemStyle: { color: palette.accent },
        data: places.map((at) => values.get(at) ?? null),
        markArea: { silent: true, data: areas },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: palette.ink3, type: 'dashed' as const },
          label: { color: palette.ink2, fontSize: 12, formatter: '{b}', position: 'insideEndTop' as const },
          data: instants.map((marker) => ({ name: words.marker(marker.kind), xAxis: place(marker.from) })),
        },
      },
      {
        type: 'bar',
        name: words.entries,
        yAxisIndex: points.length > 0 ? 1 : 0,
        barMaxWidth: 6,
        itemStyle: { color: palette.ink3, opacity: points.length > 0 ? 0.35 : 0.8 },
        data: entries.length > 0 ? places.map((at) => entered.get(at) ?? 0) : [],
      },
    ],
  };
}
