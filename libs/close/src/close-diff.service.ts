import { type SeenIds, seenBy } from '@app/access';
import { Basis, Close, FigureChange, FrozenReport, Level, Report, Subject, monthPeriod } from '@app/contracts';
import { StateReader, listCloses } from '@app/database';
import {
  type BrandScope,
  FROZEN_KEYS,
  type FrozenKey,
  type ReportService,
  type ReportStores,
  changesBetween,
  checkedScope,
  closedRows,
  inScope,
  largestFirst,
} from '@app/reports';
import { accountKey } from '@app/warehouse';
import { unknownClose } from './close-errors';

/** Which figures are compared; absent: all. */
export interface DiffFilter {
  report?: FrozenReport;
  level?: Level;
  basis?: Basis;
}

/** A side of a difference: a close, or what is computed now for a month. */
export type DiffSide = { kind: 'close'; close: Close } | { kind: 'live'; month: string };

export interface CloseDiff {
  from: DiffSide;
  to: DiffSide;
  /** The largest first; what is no number (a tier, known or unknown) before all. */
  changes: FigureChange[];
}

/** Differences between closes, and between a close and what is computed now: who moved, by how much, and who decided it when and why. */
export class CloseDiffService {
  private readonly reader: StateReader;

  constructor(
    private readonly stores: ReportStores,
    private readonly reports: ReportService,
  ) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /**
   * Compares two of: a month (its last close), one of its closes (`2026-10#0` the first), the id of a close, `live` (the month of the other one, computed
   * now). Without `to`: with `live`. A scope sees accounts, and only its own.
   */
  async diff(scope: BrandScope, asked: { from: string; to?: string; brand?: string } & DiffFilter): Promise<CloseDiff> {
    checkedScope(scope);
    const brand = await this.reader.brand(asked.brand);
    const closes = await listCloses(this.stores.dataSource, brand.brandId);
    const [from, to] = sidesOf(closes, asked.from, asked.to ?? 'live');
    const changes = await this.changes(brand.code, { from, to }, asked);
    const state = scope === 'all' ? null : await this.reader.state(brand.brandId);
    const month = from.kind === 'close' ? from.close.month : from.month;
    const accounts = state && seenBy(scope, state, monthPeriod(month, brand.zone)).accounts;
    const seen = accounts === null ? changes : changes.filter((change) => isOf(brand.brandId, accounts, change));
    return { from, to, changes: largestFirst(seen) };
  }

  /** The same of a close and what is computed now, in no order. */
  async pending(close: Close, brand: string): Promise<FigureChange[]> {
    return this.changes(brand, { from: { kind: 'close', close }, to: { kind: 'live', month: close.month } }, {});
  }

  private async changes(brand: string, { from, to }: { from: DiffSide; to: DiffSide }, filter: DiffFilter): Promise<FigureChange[]> {
    const { report, level, basis } = filter;
    const changes: FigureChange[] = [];
    for (const key of FROZEN_KEYS) {
      if ((report ?? key.report) !== key.report || (level ?? key.level) !== key.level || (basis ?? key.basis) !== key.basis) continue;
      changes.push(...changesBetween(key, await this.rows(brand, from, key), await this.rows(brand, to, key)));
    }
    return changes;
  }

  private async rows(brand: string, side: DiffSide, key: FrozenKey): Promise<Subject[]> {
    if (side.kind === 'close') return closedRows<Subject>(this.stores.warehouse, side.close, key);
    const { report: name, level, regions, basis } = key;
    const query = { name, brand, month: side.month, level, basis, ...(regions ? { regions } : {}) };
    const { rows } = (await this.reports.liveReport(query, 'all')) as Report<Subject>;
    return JSON.parse(JSON.stringify(rows)) as Subject[];
  }
}

/** Is a change about an account that is seen? */
export const isOf = (brandId: number, accounts: SeenIds, { level, subject }: FigureChange): boolean => {
  if (level !== 'account') return false;
  const [platform, ...id] = subject.split('/');
  return inScope(accounts, accountKey(brandId, platform as 'douyin', id.join('/')).toString());
};

function sidesOf(closes: readonly Close[], from: string, to: string): [DiffSide, DiffSide] {
  const sides = [from, to].map((ref) => (ref === 'live' ? null : closeNamed(closes, ref)));
  const month = (sides[0] ?? sides[1])?.month;
  if (month === undefined) throw unknownClose('live / live');
  return sides.map((close): DiffSide => (close ? { kind: 'close', close } : { kind: 'live', month })) as [DiffSide, DiffSide];
}

/** The close that a text names. Throws not_found. */
export function closeNamed(closes: readonly Close[], ref: string): Close {
  const [month, nth] = ref.split('#');
  const close =
    closes.find(({ closeId }) => closeId === ref) ??
    closes.findLast((one) => one.month === month && (nth === undefined || String(one.restatement) === nth));
  if (!close) throw unknownClose(ref);
  return close;
}
