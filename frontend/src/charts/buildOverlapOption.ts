import type { EChartsCoreOption } from 'echarts/core';
import { escapeHtml } from './axes';
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
    tooltip: {
      trigger: 'item' as const,
      backgroundColor: palette.raised,
      borderColor: palette.line2,
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { color: palette.ink, fontSize: 12, fontFamily: palette.font },
      confine: true,
      formatter: (hovered: unknown) => {
        const { dataType, dataIndex } = hovered as { dataType: 'node' | 'edge'; dataIndex: number };
        return (dataType === 'edge' ? pairs : rooms)[dataIndex].text.map(escapeHtml).join('<br>');
      },
    },
    series: [
      {
        type: 'graph',
        layout: 'none',
        left: 120,
        right: 120,
        top: 32,
        bottom: 32,
        data: rooms.map(({ name, viewers, isNamed }, at) => {
          const angle = angleOf.get(at);
          return {
            id: String(at),
            name: String(at),
            x: angle === undefined ? 0 : Math.cos(angle) * 100,
            y: angle === undefined ? 0 : Math.sin(angle) * 60,
            symbolSize: 8 + 28 * Math.sqrt(viewers / most),
            itemStyle: {
              color: at === 0 ? palette.accent : isNamed ? palette.amber : palette.ink3,
              borderColor: palette.surface,
              borderWidth: 1,
            },
            label: {
              show: at === 0 || named.has(at),
              position:
                angle === undefined
                  ? 'bottom'
                  : Math.cos(angle) < -0.2
                    ? 'left'
                    : Math.cos(angle) > 0.2
                      ? 'right'
                      : Math.sin(angle) < 0
                        ? 'top'
                        : 'bottom',
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
