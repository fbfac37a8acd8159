/** SVG path of a small curve in a box, from zero; null is a break. A value between breaks is a dot. Empty: nothing to draw. */
export function sparkline(values: readonly (number | null)[], { width, height }: { width: number; height: number }): string {
  const most = Math.max(...values.map((value) => value ?? 0), 0);
  if (values.length === 0 || values.every((value) => value === null)) return '';
  const x = (index: number) => round((index * width) / Math.max(1, values.length - 1));
  const y = (value: number) => round(most === 0 ? height : height - (value * height) / most);
  let path = '';
  values.forEach((value, index) => {
    if (value === null) return;
    const begins = (values[index - 1] ?? null) === null;
    path += `${begins ? 'M' : 'L'}${x(index)} ${y(value)}`;
    if (begins && (values[index + 1] ?? null) === null) path += 'h0.01';
  });
  return path;
}

const round = (value: number) => Math.round(value * 100) / 100;
