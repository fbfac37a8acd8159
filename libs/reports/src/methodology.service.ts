import { activeCards } from '@app/analytics';
import { Method, VitrineError, addMonths, isMonth } from '@app/contracts';
import { StateReader, policyOf } from '@app/database';
import { newestCompleteMonth } from './report-period';
import type { ReportStores } from './report-stores';

/** The method by which a brand's figures of a month are made: the policy that rules it, and the prices in force. */
export class MethodologyService {
  private readonly reader: StateReader;

  constructor(private readonly stores: Pick<ReportStores, 'dataSource' | 'secret' | 'clock'>) {
    this.reader = new StateReader(stores.dataSource, stores.secret);
  }

  /** Of the newest complete month where none is asked. Throws bad_input for what is no month, not_found for an unknown brand. */
  async of({ month, brand: code }: { month?: string; brand?: string }): Promise<Method> {
    if (month !== undefined && !isMonth(month))
      throw new VitrineError(
        'bad_input',
        { en: 'month must read YYYY-MM.', zh: '月份格式应为 YYYY-MM。' },
        { remedy: { en: 'Give --month 2026-10.', zh: '请使用 --month 2026-10。' }, details: [{ field: 'month', message: 'YYYY-MM' }] },
      );
    const brand = await this.reader.brand(code);
    const asked = month ?? newestCompleteMonth(this.stores.clock.now(), brand.zone);
    const { policies, rateCards } = await this.reader.state(brand.brandId);
    const after = `${addMonths(asked, 1)}-01`;
    return {
      policy: policyOf(policies, asked),
      rateCards: activeCards(rateCards).filter(
        ({ validFrom, validTo }) => validFrom < after && (validTo === null || validTo >= `${asked}-01`),
      ),
      of: { brand: brand.name, month: asked },
    };
  }
}
