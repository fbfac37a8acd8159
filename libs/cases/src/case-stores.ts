import type { Grant, Platform, Actor } from '@app/contracts';
import type { BrandScope, ReportService, ReportStores } from '@app/reports';
import type { FileStore } from './files/file-store';

/** Asks platforms again for accounts over days (half open); answers for how many accounts somebody can be asked. */
export type Repull = (
  brandId: number,
  wanted: { accounts: readonly { platform: Platform; accountId: string }[]; fromDay: string; toDay: string },
) => Promise<number>;

/**
 * Both stores, the clock, and where files are kept: in `files`, or in the data folder. `repull` absent: nobody can be asked again here; `reports`: no place is previewed;
 * `warned` hears of what failed and held nothing up.
 */
export interface CaseStores extends ReportStores {
  dataDir: string;
  files?: FileStore;
  repull?: Repull;
  reports?: ReportService;
  warned?: (message: string, error: unknown) => void;
}

/** Who asks: for which brand, which rows, and what they hold themselves. */
export interface CaseAsker {
  brand?: string;
  scope: BrandScope;
  actor: Actor;
  grants: readonly Grant[];
}

/** Whether the asker is a reviewer, who is shown more than the dealer: the whole brand or a region, not shops of their own. */
export const seesAll = ({ scope }: Pick<CaseAsker, 'scope'>): boolean => scope === 'all';
