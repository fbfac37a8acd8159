/** A province or city as it is drawn. `at`: where its name stands; `room`: how far its edges are from there. In units of the drawing. */
export interface Shape {
  /** First two digits of GB/T 2260 (a province, or one without cities), or four (a city; 90: counties that are directly under a province). */
  code: string;
  /** Null: several that share a code. */
  name: string | null;
  path: string;
  at: [number, number];
  room: number;
}

/** A map: `sea` is the frame of the islands of the South China Sea, which is drawn beside; `lines` are borders that are no province's. */
export interface Outlines {
  width: number;
  height: number;
  shapes: Shape[];
  lines: string;
  sea: number[] | null;
}

const parts = import.meta.glob<Outlines>('../maps/*.json', { import: 'default' });

/** Outlines of the provinces (null), or of the cities of one, by the two digits of its code. Null: there is no such map. */
export async function loadOutlines(province: string | null): Promise<Outlines | null> {
  return (await parts[`../maps/${province ?? 'china'}.json`]?.()) ?? null;
}
