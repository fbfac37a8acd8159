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

/** Every minute from the first to the last, with what is known of it. */
function timelineOf({ points, entries = [] }: Pick<MinuteCurveInput, 'points' | 'entries'>) {
  const minutes = [...points.map(({ minute }) => minute), ...entries.map(({ minute }) => minute)];
  const [from, to] = [Math.min(...minutes), Math.max(...minutes)];
  const count = minutes.length === 0 ? 0 : Math.min(1_440, Math.round((to - from) / MINUTE_MS) + 1);
  return {
    /** Whether a stretch or an instant has a part in it: what belongs to another broadcast is not drawn. */
    overlaps: (span: { from: number; to: number }) =>
      span.from < from + count * MINUTE_MS && (span.to > from || (span.to === span.from && span.from >= from)),
    places: Array.from({ length: count }, (_, index) => from + index * MINUTE_MS),
    values: new Map(points.map(({ minute, value }) => [minute, value])),
    entered: new Map(entries.map((entry) => [entry.minute, entry.entries])),
    place: (instant: number) => Math.max(0, Math.min(count - 1, Math.floor((instant - from) / MINUTE_MS))),
  };
}

type Timeline = ReturnType<typeof timelineOf>;

/** Shaded stretches: declared ones, gaps, and what is to be explained. */
function areasOf({ markers, bands = [], palette, words }: MinuteCurveInput, { place }: Timeline) {
  const area = (span: { from: number; to: number }, name: string, color: string, opacity = 0.8) => [
    {
      name,
      xAxis: place(span.from),
      itemStyle: { color, opacity },
      label: { color: palette.ink2, fontSize: 12, position: 'insideTop' as const },
    },
    { xAxis: place(span.to) },
  ];
  return [
    ...markers
      .filter((marker) => marker.to > marker.from)
      .map((marker) => area(marker, words.marker(marker.kind), marker.kind === 'gap' ? palette.line : palette.accentWash)),
    ...bands.map((band) => area(band, band.text, palette.amber, 0.18)),
  ];
}

/** What is said of a minute: its figures, and what it lies in. */
function linesOf(input: MinuteCurveInput, { places, values, entered, place }: Timeline) {
  const { points, entries = [], markers, bands = [], format, time, words } = input;
  const covers = (index: number) => (span: { from: number; to: number }) => place(span.from) <= index && index <= place(span.to);
  return (index: number): string[] => {
    const value = values.get(places[index]);
    const within = markers.filter(covers(index)).map(({ kind }) => words.marker(kind));
    return [
      time(places[index]),
      ...(points.length > 0 ? [`${words.concurrent} ${value == null ? '—' : format(value)}`] : []),
      ...(entries.length > 0 ? [`${words.entries} ${format(entered.get(places[index]) ?? 0)}`] : []),
      ...new Set([...within, ...bands.filter(covers(index)).map(({ text }) => text)]),
    ];
  };
}

/** One broadcast, minute by minute: gaps stay gaps, what was declared is shaded, instants are lines, what is to be explained has a band. */
export function buildMinuteCurveOption(given: MinuteCurveInput): EChartsCoreOption {
  const timeline = timelineOf(given);
  const input = { ...given, markers: given.markers.filter(timeline.overlaps), bands: given.bands?.filter(timeline.overlaps) };
  const { points, entries = [], markers, palette, format, time, words } = input;
  const { places, values, entered, place } = timeline;
  const text = { color: palette.ink3, fontSize: 12, fontFamily: palette.font };
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
    // entries have a scale of their own, which the tooltip tells
    yAxis: [
      { ...axis, splitLine: { lineStyle: { color: palette.line } } },
      {
        ...axis,
        splitLine: { show: false },
        show: false,
        ...(points.length > 0 ? { max: (range: { max: number }) => range.max * 4 } : {}),
      },
    ],
    tooltip: chartTooltip(palette, linesOf(input, timeline)),
    series: [
      {
        type: 'line',
        name: words.concurrent,
        connectNulls: false,
        showSymbol: false,
        lineStyle: { color: palette.accent, width: 2 },
        itemStyle: { color: palette.accent },
        data: places.map((at) => values.get(at) ?? null),
        markArea: { silent: true, data: areasOf(input, timeline) },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: palette.ink3, type: 'dashed' as const },
          label: { color: palette.ink2, fontSize: 12, formatter: '{b}', position: 'insideEndTop' as const },
          data: markers
            .filter((marker) => marker.to === marker.from)
            .map((marker) => ({ name: words.marker(marker.kind), xAxis: place(marker.from) })),
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
