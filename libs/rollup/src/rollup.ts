import type { KeptDifference, KeyRules, RollupRecompute } from '@app/analytics';
import type { BrandState, Policy } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';

/**
 * What is computed per account and business month and kept as rows. The mechanism around it (marks, touched keys, watermark) is the same for all;
 * a roll-up says which facts touch it and how its rows come about.
 */
export interface Rollup {
  name: string;
  /**
   * Facts that it is made of. `own`: touches the months in which it lies, and those that know it by name. `reach`: also every key into whose reach
   * (rollup_key) it falls.
   */
  facts: Readonly<Record<string, 'own' | 'reach'>>;
  /** So many ms after a fact a month may begin that it still touches. None: facts touch the months in which they lie, and what knows them. */
  lastsMs?: number;
  /** What of the state decides a month's rows, as one number per account. */
  rules(state: BrandState, policy: Policy, month: string): KeyRules;
  /** Writes the rows of the keys, and last their rows in rollup_key. May be interrupted anywhere and run again. */
  recompute(warehouse: Warehouse, keys: RollupRecompute): Promise<void>;
  /** Where the rows of some accounts and a month are not what the facts say, found without the recomputation's statements. */
  differences(
    warehouse: Warehouse,
    keys: { state: BrandState; policy: Policy; month: string; accounts: readonly string[] },
  ): Promise<KeptDifference[]>;
}
