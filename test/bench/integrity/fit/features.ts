import * as fs from 'node:fs';
import type { DataTier, DetectorFamily } from '@app/contracts';
import type { JudgedWeek } from '../product/findings';

/** What the fusion saw of a week, and the truth: a line of the file that fitting reads. */
export interface WeekFeatures {
  seed: number;
  tier: DataTier;
  inflated: boolean;
  attacks: string[];
  strength: string | null;
  honest: string[];
  /** Of a dealer who cheats, in a week without tampering: neither side of the fit. */
  cheater: boolean;
  surprise: Partial<Record<DetectorFamily, number>>;
  persistence: number;
}

export function appendFeatures(file: string, judged: readonly JudgedWeek[], of: { seed: number; tier: DataTier }): void {
  const rows = judged.map(({ week, fusion }): WeekFeatures => {
    const { injection, honest } = week.dealer;
    return {
      ...of,
      inflated: week.inflated,
      attacks: injection?.attacks ?? [],
      strength: injection?.strength ?? null,
      honest,
      cheater: injection !== null,
      surprise: Object.fromEntries(fusion.families.map(({ family, surprise }) => [family, surprise])),
      persistence: fusion.persistence.share,
    };
  });
  fs.appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
