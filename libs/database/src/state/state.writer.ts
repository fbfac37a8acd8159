import type { Actor } from '@app/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import { actorNow } from '../audit/acting';
import { isVersioned, recordedImport } from '../proposals/recorded-import';
import { loadViewerKeys } from '../viewer-keys/viewer-key.repository';
import { accountStore } from './account-store';
import { dealerStore } from './dealer-store';
import { declarationStore } from './declaration-store';
import { grantStore } from './grant-store';
import { GrantVault } from './grant-vault';
import { openingValueStore } from './opening-value-store';
import { calendarStore, costStore, sentinelStore } from './plain-stores';
import { policyStore } from './policy-store';
import { rateCardStore } from './rate-card-store';
import { recordRows } from './recorded-rows';
import { regionStore } from './region-store';
import { holdInTransaction } from '../locks/locks';
import type * as Rows from './state-rows';
import { upsertRows, type KindStore, type UpsertResult } from './upsert';

type Opened<K extends Rows.StateKind> = (tx: EntityManager, brandId: number) => Promise<KindStore<Rows.StateRows[K], unknown>>;

/**
 * Takes rows of the state kinds into the store, one transaction per call. The same rows again are `unchanged`; a row that breaks a rule is in
 * `rejected` with the reason in both languages and leaves the others alone. Calls for one brand run one after the other. What changes goes into the
 * audit log, as done by `actor` (default: whoever does the work under way).
 */
export class StateWriter {
  readonly #vault: GrantVault;

  constructor(
    private readonly dataSource: DataSource,
    private readonly secret: string,
    private readonly given?: Actor,
  ) {
    this.#vault = new GrantVault(secret);
  }

  upsertDealers = (brandId: number, rows: readonly Rows.DealerRow[]) => this.upsert('dealers', brandId, rows);
  upsertAccounts = (brandId: number, rows: readonly Rows.AccountRow[]) => this.upsert('accounts', brandId, rows);
  upsertRegions = (brandId: number, rows: readonly Rows.RegionRow[]) => this.upsert('regions', brandId, rows);
  upsertPolicies = (brandId: number, rows: readonly Rows.PolicyRow[]) => this.upsert('policies', brandId, rows);
  upsertSentinels = (brandId: number, rows: readonly Rows.SentinelRow[]) => this.upsert('sentinels', brandId, rows);
  upsertCalendar = (brandId: number, rows: readonly Rows.CalendarRow[]) => this.upsert('calendar', brandId, rows);
  upsertRateCards = (brandId: number, rows: readonly Rows.RateCardRow[]) => this.upsert('rate-cards', brandId, rows);
  upsertCosts = (brandId: number, rows: readonly Rows.CostRow[]) => this.upsert('costs', brandId, rows);
  upsertDeclarations = (brandId: number, rows: readonly Rows.DeclarationRow[]) => this.upsert('declarations', brandId, rows);
  upsertOpeningValues = (brandId: number, rows: readonly Rows.OpeningValueRow[]) => this.upsert('opening-values', brandId, rows);
  upsertGrants = (brandId: number, rows: readonly Rows.GrantRow[]) => this.upsert('grants', brandId, rows);

  /** The same for any kind by its name; `dryRun` checks and counts, and keeps nothing. */
  upsert<K extends Rows.StateKind>(kind: K, brandId: number, rows: readonly Rows.StateRows[K][], dryRun = false): Promise<UpsertResult> {
    return this.inTransaction(dryRun, async (tx) => {
      // What is compared must not change before it is written.
      await holdInTransaction(tx, { lock: 'state', of: brandId });
      const write = async () => {
        const store = await this.storeOf(kind)(tx, brandId);
        return upsertRows(tx, rows, store, (changes) => recordRows(tx, { kind, brandId, actor: this.actor }, changes));
      };
      return isVersioned(kind) ? recordedImport(tx, { kind, brandId, actor: this.actor }, write) : write();
    });
  }

  private get actor(): Actor {
    return this.given ?? actorNow();
  }

  private async inTransaction<Result>(dryRun: boolean, work: (tx: EntityManager) => Promise<Result>): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const result = await work(runner.manager);
      await (dryRun ? runner.rollbackTransaction() : runner.commitTransaction());
      return result;
    } catch (cause) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      throw cause;
    } finally {
      await runner.release();
    }
  }

  private storeOf<K extends Rows.StateKind>(kind: K): Opened<K> {
    const stores: { [Kind in Rows.StateKind]: Opened<Kind> } = {
      dealers: dealerStore,
      accounts: (tx, brandId) => accountStore(tx, brandId, this.actor),
      regions: regionStore,
      policies: policyStore,
      sentinels: sentinelStore,
      calendar: calendarStore,
      'rate-cards': rateCardStore,
      costs: costStore,
      'opening-values': (tx, brandId) => openingValueStore(tx, brandId, this.actor),
      declarations: async (tx, brandId) => declarationStore(tx, brandId, await loadViewerKeys(tx, this.secret, brandId)),
      grants: (tx, brandId) => grantStore(tx, brandId, this.#vault),
    };
    return stores[kind];
  }
}
