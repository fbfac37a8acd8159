import { type SeenRows, commonRows, seenBy } from '@app/access';
import type { PartMemory } from '@app/analytics';
import type { Account, Bilingual, Brand, BrandState, ReportQuery } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { ReadFrozenTiers } from './closed/frozen-tiers';
import { type ReportContext, contextOf } from './report-context';
import { type ReportFilter, chosenBy, filterOf, isMadeWhole } from './report-filter';
import type { ReportPeriod } from './report-period';
import type { BrandScope } from './report-stores';
import { checkedScope } from './scope';
import { type AccountTier, readTiers } from './tier-report';

/** One question with everything that it is answered from. */
export interface ReportAsk {
  warehouse: Warehouse;
  memory: PartMemory;
  brand: Brand;
  state: BrandState;
  /** Of a question about the past: the state of now. Rows are shown to whoever they belonged to then, as far as they are theirs still. */
  presentState?: BrandState;
  dataInstant: number;
  query: ReportQuery;
  scope: BrandScope;
  period: ReportPeriod;
  /** Tiers of months that are closed, for those after them. */
  frozenTiers?: ReadFrozenTiers;
  /** Said beside the rows. */
  notes: readonly Bilingual[];
}

/** What a question is computed over. */
export interface OpenedAsk {
  context: ReportContext;
  /** Empty where the report shows none. */
  tiers: Map<string, AccountTier>;
  filter: ReportFilter;
  /** Is the account among those that the filters and the scope choose? */
  chosen(account: Account): boolean;
  /** What the asker may see over the period. */
  seen: SeenRows;
  /** Figures hold the chosen accounts only. */
  restricted: boolean;
  /** Rows hold what the asker may see and nothing else: no rank of theirs would be one. */
  isOwnPart: boolean;
}

export async function openAsk(ask: ReportAsk): Promise<OpenedAsk> {
  const { query, scope, period, state, presentState } = ask;
  const whole = contextFor(ask);
  const tiers = needsTiers(query) ? await readTiers(whole) : new Map<string, AccountTier>();
  const filter = filterOf({ state, period, query, tiers });
  const then = seenBy(checkedScope(scope), state, period);
  const seen = presentState ? commonRows(then, seenBy(scope, presentState, period)) : then;
  const chosen = chosenBy(filter, seen.accounts);
  const isOwnPart = !isMadeWhole(query, seen);
  const made = isOwnPart ? chosen : (account: Account) => filter.chooses(account);
  const restricted = query.level !== 'account' && state.accounts.some((account) => !made(account));
  return { context: restricted ? contextFor(ask, made) : whole, tiers, filter, chosen, seen, restricted, isOwnPart };
}

const needsTiers = ({ name, tier }: ReportQuery): boolean => name === 'tiers' || tier !== undefined;

function contextFor(
  { warehouse, memory, state, query, period, dataInstant, frozenTiers }: ReportAsk,
  only?: (account: Account) => boolean,
): ReportContext {
  return contextOf({
    warehouse,
    memory,
    state,
    level: query.level,
    regions: query.regions ?? 'adcode',
    basis: query.basis,
    period,
    dataInstant,
    frozenTiers,
    only,
  });
}
