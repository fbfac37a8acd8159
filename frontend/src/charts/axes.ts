import type { Palette } from './palette';

/** Month as the axis says it: the year only where it begins. */
export function monthLabel(month: string, index: number): string {
  const [year, number] = month.split('-');
  return index === 0 || number === '01' ? `${Number(number)}\n${year}` : String(Number(number));
}

/** Grid and axes that all charts over months share. Value axes start at zero. */
export function monthAxes(months: string[], palette: Palette, format: (value: number) => string) {
  const text = { color: palette.ink3, fontSize: 12, fontFamily: palette.font };
  return {
    grid: { left: 4, right: 16, top: 24, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category' as const,
      data: months,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.line2 } },
      axisLabel: { ...text, interval: 0, lineHeight: 16, formatter: (month: string, index: number) => monthLabel(month, index) },
    },
    yAxis: {
      type: 'value' as const,
      min: 0,
      splitNumber: 4,
      minInterval: 1,
      axisLabel: { ...text, formatter: (value: number) => format(value) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    textStyle: { fontFamily: palette.font },
    animationDuration: 200,
  };
}

/** The tooltip that all charts share. Its texts come from the builder, escaped. */
export function chartTooltip(palette: Palette, lines: (index: number) => string[]) {
  return {
    trigger: 'axis' as const,
    backgroundColor: palette.raised,
    borderColor: palette.line2,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: palette.ink, fontSize: 12, fontFamily: palette.font },
    axisPointer: { type: 'line' as const, lineStyle: { color: palette.line2 } },
    confine: true,
    formatter: (hovered: unknown) => {
      const [first] = hovered as { dataIndex: number }[];
      return first ? lines(first.dataIndex).map(escapeHtml).join('<br>') : '';
    },
  };
}

/** The tooltip of charts whose marks are hovered one by one; `lines` is asked with what ECharts tells of the mark. */
export function markTooltip(palette: Palette, lines: (hovered: { dataType?: 'node' | 'edge'; dataIndex: number }) => string[]) {
  return {
    trigger: 'item' as const,
    backgroundColor: palette.raised,
    borderColor: palette.line2,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: { color: palette.ink, fontSize: 12, fontFamily: palette.font },
    confine: true,
    formatter: (hovered: unknown) =>
      lines(hovered as { dataIndex: number })
        .map(escapeHtml)
        .join('<br>'),
  };
}

export const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
