import { isSeen, seenBy, toldActor } from '@app/access';
import {
  type Brand,
  type Close,
  type FigureChange,
  type MonthStatus,
  type PendingRestatement,
  type ValueRow,
  isMonth,
  monthPeriod,
} from '@app/contracts';
import { StateReader, listCloses, listPreviews } from '@app/database';
import { type BrandScope, type ReportService, type ReportStores, checkedScope, closedRows, markOf, toldOf } from '@app/reports';
import { CloseDiffService, isOf } from './close-diff.service';
import { notAMonth } from './close-errors';
import { ownChanges, pendingChanges } from './pending-changes';

/** Months that may be looked at or are closed, and whether what is known now says something else than their close. */
export class CloseStatusService {
  private readonly reader: StateReader;
  private readonly diffs: CloseDiffService;

  constructor(
    private readonly stores: ReportStores,
    private readonly reports: ReportService,
  ) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
    this.diffs = new CloseDiffService(stores, reports);
  }

  /**
   * The newest month first. What could have changed a month is asked of the marks of deliveries and the versions of the state; figures are computed, and
   * compared one by one, only where there is something. A scope is told how many figures of its own accounts and dealers differ: nothing of
   * others', nor why a month was restated, or by whom. Throws bad_input for what is no month.
   */
  async list(scope: BrandScope, { brand: code, month }: { brand?: string; month?: string } = {}): Promise<MonthStatus[]> {
    checkedScope(scope);
    if (month !== undefined && !isMonth(month)) throw notAMonth();
    const { dataSource } = this.stores;
    const brand = await this.reader.brand(code);
    const [closes, previews] = await Promise.all([listCloses(dataSource, brand.brandId), listPreviews(dataSource, brand.brandId)]);
    const months = [...new Set([...closes, ...previews].map((one) => one.month))].sort().reverse();
    const found: MonthStatus[] = [];
    for (const one of months.filter((other) => month === undefined || month === other)) {
      const close = closes.findLast((candidate) => candidate.month === one) ?? null;
      const preview = previews.find((window) => window.month === one) ?? null;
      found.push({
        month: one,
        state: close ? 'closed' : 'preview',
        preview: preview && { ...preview, openedBy: toldActor(preview.openedBy, scope) },
        close: close && toldOf(close, scope),
        pending: close && (await this.pendingOf(brand, close, scope)),
      });
    }
    return found;
  }

  /** What differs now from a close in the rows of a scope; null: nothing. */
  private async pendingOf(brand: Brand, close: Close, scope: BrandScope): Promise<PendingRestatement | null> {
    if (!(await this.reports.mayDiffer(markOf(close), brand.code))) return null;
    const all = await this.diffs.pending(close, brand.code);
    const changes = scope === 'all' ? all : all.filter(await this.ownOf(brand, close, scope));
    if (changes.length === 0) return null;
    return scope === 'all' ? pendingChanges(changes, await this.closedValue(close)) : ownChanges(changes);
  }

  /** Rows of accounts and dealers that are the scope's all the month; rows above hold others. */
  private async ownOf({ brandId, zone }: Brand, { month }: Close, scope: BrandScope): Promise<(change: FigureChange) => boolean> {
    const { accounts, dealers } = seenBy(scope, await this.reader.state(brandId), monthPeriod(month, zone));
    return (change) => isOf(brandId, accounts, change) || (change.level === 'dealer' && isSeen(dealers, change.subject));
  }

  private async closedValue(close: Close): Promise<string | null> {
    const [row] = await closedRows<ValueRow>(this.stores.warehouse, close, {
      report: 'value',
      level: 'brand',
      regions: null,
      basis: 'adjusted',
    });
    return row?.valueCny ?? null;
  }
}
