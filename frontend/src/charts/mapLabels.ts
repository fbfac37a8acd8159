import type { Shape } from './outlines';

export interface MapLabel {
  code: string;
  text: string;
  x: number;
  y: number;
}

/** Height of a line of a label, px of the screen. */
const LINE = 15;
const widthOf = (text: string) => [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 12 : 6.8), 0);

/**
 * Names that have room on a map, the roomiest shape first: none over another one, and none where its shape is much smaller than its text. `unit`: units of the
 * drawing in one px.
 */
export function placedLabels(shapes: readonly Shape[], nameOf: (shape: Shape) => string, unit: number): MapLabel[] {
  const placed: (MapLabel & { half: number })[] = [];
  for (const shape of [...shapes].sort((a, b) => b.room - a.room)) {
    const text = nameOf(shape);
    const half = (widthOf(text) * unit) / 2;
    const [x, y] = shape.at;
    const isFree = placed.every((other) => Math.abs(other.x - x) >= other.half + half || Math.abs(other.y - y) >= LINE * unit);
    if (text && isFree && shape.room * 2 >= half) placed.push({ code: shape.code, text, x, y, half });
  }
  return placed.map(({ code, text, x, y }) => ({ code, text, x, y }));
}
