import { seenBy } from '@app/access';
import { tierHistory } from '@app/analytics';
import {
  Account,
  Level,
  Platform,
  StructureRow,
  TierDistance,
  TierHistory,
  TierRow,
  VitrineError,
  addMonths,
  isMonth,
} from '@app/contracts';
import { asOfClose } from './closed/as-of-close';
import { ReportContext, contextOf, ownershipAt } from './report-context';
import type { ReportService } from './report.service';
import type { BrandScope } from './report-stores';
import { checkedScope, inScope } from './scope';
import { subjectsOf } from './subjects';
import { readTierDistances } from './tier-distance';
import { readTierMonths } from './tier-months';

/** Which accounts, at the end of which month (default: the newest complete one with facts). */
export interface TierQuery {
  brand?: string;
  month?: string;
  platform?: Platform;
  accountId?: string;
  dealerId?: string;
  asOf?: string;
}

/** Histories may be asked as a row per change or per month. */
export type TierHistoryQuery = TierQuery & { per?: 'change' | 'month'; from?: string };
export type TierStructureQuery = Pick<TierQuery, 'brand' | 'month' | 'dealerId' | 'platform' | 'asOf'> & {
  level?: Exclude<Level, 'account'>;
  regions?: 'adcode' | 'sales';
};

/** What tiers say beyond their report: how they came about, how far the next one is, and how the matrix is built. */
export class TierService {
  constructor(private readonly reports: ReportService) {}

  /**
   * The history of each account from its first observed month on, computed from the months alone: the same question as of the same instant gives the
   * same answer at any time; a closed month says what its close says. `from` leaves out spans that end before that month. Throws bad_input, not_found like a
   * report.
   */
  async history({ per = 'change', from, ...query }: TierHistoryQuery, scope: BrandScope): Promise<TierHistory[]> {
    checkedScope(scope);
    if (from !== undefined && !isMonth(from)) throw noMonth('from');
    const context = await this.contextOf(query, scope, true);
    const keys = chosen(context, query, scope);
    const months = await readTierMonths(context, keys, { lastToo: true });
    const subjects = subjectsOf(context);
    return keys.map((key) => {
      const { platform, accountId } = context.byKey.get(key)!;
      const spans = tierHistory(months.get(key)!, per).filter(({ to }) => from === undefined || to >= from);
      return { ...subjects.get(key)!, platform, accountId, spans };
    });
  }

  /**
   * Distance of each account to its next tier. Of a closed month its tier and value are those of the close; medians and pace, which no close holds, are told
   * as of its data instant (where the landing logs do not reach back to it, from what is known now).
   */
  async distance(query: TierQuery, scope: BrandScope): Promise<TierDistance[]> {
    const open = await this.contextOf(query, scope, false);
    const month = open.period.lastMonth;
    const close = await this.reports.closeOf(month, query);
    const read = async (asOf: string | undefined): Promise<TierDistance[]> => {
      const then = asOf === query.asOf ? open : await this.contextOf({ ...query, month, asOf }, scope, false);
      // the closes that hold for the question, not those of the moment just before the month was closed
      const context = { ...then, frozenTiers: open.frozenTiers };
      return readTierDistances(context, chosen(context, query, scope), subjectsOf(context));
    };
    return close ? (await asOfClose(close.dataInstant, (asOf) => read(asOf ?? query.asOf))).found : read(query.asOf);
  }

  /** Structure of dealers, regions or the brand: out of the report, so a closed month answers from its close. */
  async structure({ level = 'brand', ...query }: TierStructureQuery, scope: BrandScope): Promise<StructureRow[]> {
    const report = await this.reports.report({ ...query, name: 'tiers', level, basis: 'adjusted' }, scope);
    return (report.rows as TierRow[]).map(({ month, structure, ...row }) => {
      if (!structure) throw noStructure(month);
      const { level: of, dealerId, adcode, salesRegion, brand, name } = row;
      return { level: of, dealerId, adcode, salesRegion, brand, name, month, ...structure };
    });
  }

  /** The whole brand at the end of a month; `fromFirst`: the roll-ups of every month with facts are brought up to date. */
  private async contextOf({ brand, month, asOf }: TierQuery, scope: BrandScope, fromFirst: boolean): Promise<ReportContext> {
    checkedScope(scope);
    if (month !== undefined && !isMonth(month)) throw noMonth('month');
    // as of an instant nothing is asked of today: neither its months nor its roll-ups
    const known = fromFirst && asOf === undefined ? await this.reports.overview(scope, brand) : null;
    const last = month ?? known?.defaultMonth ?? undefined;
    const first = known?.months.at(-1);
    const span =
      last !== undefined && first !== undefined && first < last ? { from: `${first}-01`, to: `${addMonths(last, 1)}-01` } : { month: last };
    const ask = await this.reports.askOf({ name: 'tiers', level: 'account', basis: 'adjusted', brand, asOf, ...span }, scope);
    const { warehouse, memory, state, period, dataInstant, frozenTiers } = ask;
    return contextOf({ warehouse, memory, state, level: 'account', regions: 'adcode', period, dataInstant, frozenTiers });
  }
}

/**
 * Keys of the accounts that the query and the scope choose, in the order of their names for people: platform, id. What they were worth goes with them
 * (domain.md 5.1), so who may see them at the end is told of their time before.
 */
function chosen(context: ReportContext, { platform, accountId, dealerId }: TierQuery, scope: BrandScope): string[] {
  const at = context.period.to - 1;
  const { accounts } = seenBy(scope, context.state, { from: at, to: at + 1 });
  const fits = (account: Account): boolean =>
    inScope(accounts, account.accountKey) &&
    (platform === undefined || account.platform === platform) &&
    (accountId === undefined || account.accountId === accountId) &&
    (dealerId === undefined || ownershipAt(context.state, account.accountKey, at)?.dealerId === dealerId);
  const order = ({ platform: of, accountId: id }: Account): string => `${of}/${id}`;
  const found = context.accounts.filter(fits).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  if (found.length === 0 && accountId !== undefined) throw noAccount(accountId);
  return found.map(({ accountKey }) => accountKey);
}

const noMonth = (field: string): VitrineError =>
  new VitrineError(
    'bad_input',
    { en: `${field} must read YYYY-MM.`, zh: `${field} 格式应为 YYYY-MM。` },
    { details: [{ field, message: 'must read YYYY-MM' }] },
  );
const noAccount = (accountId: string): VitrineError =>
  new VitrineError('not_found', { zh: `没有账号 ${accountId}`, en: `There is no account ${accountId}` });
const noStructure = (month: string): VitrineError =>
  new VitrineError('not_available', {
    zh: `${month} 的关账早于结构指标，没有该项数据`,
    en: `The close of ${month} is older than this figure and does not hold it`,
  });
