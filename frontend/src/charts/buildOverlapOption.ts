import type { EChartsCoreOption } from 'echarts/core';
import { markTooltip } from './axes';
import type { Palette } from './palette';

export interface OverlapInput {
  /** The first is the subject. `isNamed`: a detector's finding names it. `text` is what its hint says. */
  rooms: { name: string; viewers: number; isNamed: boolean; text: string[] }[];
  /** Places in `rooms`, and how many viewers both have. */
  pairs: { a: number; b: number; shared: number; isNamed: boolean; text: string[] }[];
  palette: Palette;
}

/** More names than that would lie over each other: the others tell theirs in the hint. */
const MOST_NAMES = 14;

/** Names stand outside of the round, the subject's below it. */
function sideOf(angle: number | undefined): 'left' | 'right' | 'top' | 'bottom' {
  if (angle === undefined) return 'bottom';
  if (Math.abs(Math.cos(angle)) > 0.2) return Math.cos(angle) < 0 ? 'left' : 'right';
  return Math.sin(angle) < 0 ? 'top' : 'bottom';
}

/** Rooms as dots (area: viewers), the subject in the middle, the others around it, those that share most first; lines are as wide as what two share. */
export function buildOverlapOption({ rooms, pairs, palette }: OverlapInput): EChartsCoreOption {
  const most = Math.max(1, ...rooms.map(({ viewers }) => viewers));
  const widest = Math.max(1, ...pairs.map(({ shared }) => shared));
  const withSubject = (at: number) => pairs.find(({ a, b }) => Math.min(a, b) === 0 && Math.max(a, b) === at)?.shared ?? 0;
  const order = rooms.map((_, at) => at).slice(1);
  order.sort((a, b) => withSubject(b) - withSubject(a) || a - b);
  const named = new Set(order.slice(0, MOST_NAMES));
  const angleOf = new Map(order.map((at, place) => [at, (2 * Math.PI * place) / Math.max(1, order.length) - Math.PI / 2]));
  const tone = (isNamed: boolean) => (isNamed ? palette.amber : palette.ink3);
  return {
    textStyle: { fontFamily: palette.font },
    animation: false,
    grid: { left: 128, right: 128, top: 48, bottom: 48 },
    xAxis: { type: 'value', min: -1, max: 1, show: false },
    yAxis: { type: 'value', min: -1, max: 1, inverse: true, show: false },
    tooltip: markTooltip(palette, ({ dataType, dataIndex }) => (dataType === 'edge' ? pairs : rooms)[dataIndex].text),
    series: [
      {
        type: 'graph',
        coordinateSystem: 'cartesian2d',
        layout: 'none',
        data: rooms.map(({ name, viewers, isNamed }, at) => {
          const angle = angleOf.get(at);
          return {
            id: String(at),
            name: String(at),
            value: angle === undefined ? [0, 0] : [Math.cos(angle), Math.sin(angle)],
            symbolSize: 8 + 28 * Math.sqrt(viewers / most),
            itemStyle: {
              color: at === 0 ? palette.accent : isNamed ? palette.amber : palette.ink3,
              borderColor: palette.surface,
              borderWidth: 1,
            },
            label: {
              show: at === 0 || named.has(at),
              position: sideOf(angle),
              formatter: () => name,
              width: 108,
              overflow: 'truncate',
              color: palette.ink,
              fontSize: 12,
              fontFamily: palette.font,
              fontWeight: at === 0 ? 600 : 400,
            },
          };
        }),
        edges: pairs.map(({ a, b, shared, isNamed }) => ({
          source: String(a),
          target: String(b),
          lineStyle: {
            width: 1 + 5 * Math.sqrt(shared / widest),
            color: tone(isNamed),
            opacity: isNamed ? 0.8 : 0.35,
            curveness: Math.min(a, b) === 0 ? 0 : 0.15,
          },
        })),
      },
    ],
  };
}
