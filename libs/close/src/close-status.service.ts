import { type Brand, type Close, type MonthStatus, type PendingRestatement, type ValueRow, isMonth } from '@app/contracts';
import { StateReader, listCloses, listPreviews } from '@app/database';
import { type BrandScope, type ReportService, type ReportStores, checkedScope, closedRows, markOf, toldOf } from '@app/reports';
import { CloseDiffService } from './close-diff.service';
import { notAMonth } from './close-errors';
import { pendingChanges, withoutSize } from './pending-changes';

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
   * compared one by one, only where there is something. A scope sees that a correction is pending, not its size, nor why a month was restated. Throws bad_input for what is no month.
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
      const pending = close && (await this.pendingOf(brand, close));
      found.push({
        month: one,
        state: close ? 'closed' : 'preview',
        preview,
        close: close && toldOf(close, scope),
        pending: pending && (scope === 'all' ? pending : withoutSize()),
      });
    }
    return found;
  }

  /** What differs now from a close; null: nothing. */
  async pendingOf(brand: Brand, close: Close): Promise<PendingRestatement | null> {
    if (!(await this.reports.mayDiffer(markOf(close), brand.code))) return null;
    const changes = await this.diffs.pending(close, brand.code);
    if (changes.length === 0) return null;
    const closedValueCny = await this.closedValue(close);
    return pendingChanges(changes, closedValueCny);
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
