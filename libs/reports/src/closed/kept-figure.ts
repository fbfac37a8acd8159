import type { Basis, FrozenReport, Level } from '@app/contracts';

/** One report of one level and basis, as a close holds it. `regions` is null where the level has none. */
export interface FrozenKey {
  report: FrozenReport;
  level: Level;
  regions: 'adcode' | 'sales' | null;
  basis: Basis;
}

/** A row as it is kept: place 0 is what the report said of itself, from 1 on its rows in order. */
export interface KeptFigure extends FrozenKey {
  place: number;
  subject: string;
  content: string;
  hash: string;
}
