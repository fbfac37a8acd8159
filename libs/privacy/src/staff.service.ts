import { seenBy, seesWhole, shownTo } from '@app/access';
import { businessDay, monthPeriod, type Brand, type Period, type Platform, type Principal, type StaffName } from '@app/contracts';
import { StateReader, holdInTransaction, recordAct } from '@app/database';
import { checkedScope, inScope, withUndeclared, type BrandScope } from '@app/reports';
import { budgetSpent, checkedReason, unknownRef } from './privacy-errors';
import type { PrivacyStores } from './privacy-stores';

const MOST_NAMES = 20_000;

/** Who asks, as access found them. */
export interface StaffAsker {
  principal: Pick<Principal, 'role' | 'actor'>;
  brand: Brand;
  scope: BrandScope;
}

/** What a reveal gives: the value as it is kept, and how many are left today. */
export interface Revealed {
  ref: string;
  value: string;
  left: number;
}

/** Names of staff that sessions carry, masked by role; a reveal has a reason, is recorded, and counts against a budget (docs/adr/0033). */
export class StaffService {
  private readonly states: StateReader;

  constructor(
    private readonly stores: PrivacyStores,
    private readonly perDay: number,
  ) {
    this.states = new StateReader(stores.dataSource, stores.secret);
  }

  /** Hosts of a month in the order of their accounts. A host is named by the session that named them last. */
  async hosts({ principal, brand, scope }: StaffAsker, month: string): Promise<StaffName[]> {
    const { from, to } = monthPeriod(month, brand.zone);
    const accounts = await this.accounts(brand, scope, { from, to });
    if (accounts.size === 0) return [];
    const rows = await this.stores.warehouse.query<{ account: string; host: string; session: string; sessions: string }>({
      name: 'privacy.hosts',
      sql: `SELECT toString(account_key) AS account, host, argMax(session_id, started_at) AS session, toString(uniqExact(session_id)) AS sessions
FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND account_key IN {accounts: Array(UInt64)} AND host != ''
  AND started_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND started_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
GROUP BY account_key, host
ORDER BY account_key, session`,
      params: { brandId: brand.brandId, accounts: [...accounts.keys()].map(BigInt), from, to },
      maxRows: MOST_NAMES,
    });
    return rows.map(({ account, host, session, sessions }) => {
      const shown = shownTo(principal.role, 'name', host);
      // a number that somebody typed behind a name is no name
      const text = shownTo(principal.role, 'text', shown.value);
      return {
        ...{ ref: refOf({ account, session }), ...accounts.get(account)!, name: text.value },
        ...{ masked: shown.masked || text.masked, sessions: Number(sessions) },
      };
    });
  }

  /**
   * A host's name as it is kept. Counted before it is read, one after the other, so that nobody gets more by asking at once. Throws bad_input without a reason,
   * not_found for what the asker's rows do not hold, too_many when the day's budget is spent.
   */
  async reveal({ principal, brand, scope }: StaffAsker, { ref, reason: given }: { ref: string; reason: string }): Promise<Revealed> {
    const reason = checkedReason(given);
    const value = await this.host(brand, scope, placeOf(ref));
    if (seesWhole(principal.role, 'phone')) return { ref, value, left: this.perDay };
    const { brandId } = brand;
    const { actor } = principal;
    const left = await this.stores.dataSource.transaction(async (tx) => {
      await holdInTransaction(tx, { lock: 'reveal', of: brandId });
      const day = businessDay(this.stores.clock.now(), brand.zone);
      const [{ spent }] = (await tx.query(
        'SELECT count(*)::int AS spent FROM staff_reveal WHERE brand_id = $1 AND actor_id = $2 AND day = $3',
        [brandId, actor.id, day],
      )) as { spent: number }[];
      if (spent >= this.perDay) throw budgetSpent(this.perDay);
      await tx.query('INSERT INTO staff_reveal (brand_id, actor_id, day, subject, reason) VALUES ($1, $2, $3, $4, $5)', [
        ...[brandId, actor.id, day, ref, reason],
      ]);
      await recordAct(tx, { brandId, actor, action: 'staff.reveal', subject: `host/${ref}`, before: null, after: null, reason });
      return this.perDay - spent - 1;
    });
    return { ref, value, left };
  }

  /** Of a session that the asker's rows hold on the day of its start. */
  private async host(brand: Brand, scope: BrandScope, { account, session }: Place): Promise<string> {
    const [row] = await this.stores.warehouse.query<{ host: string; at: string }>({
      name: 'privacy.host',
      sql: `SELECT host, toUnixTimestamp64Milli(started_at) AS at FROM facts(sessions)
WHERE brand_id = {brandId: UInt32} AND account_key = {account: UInt64} AND session_id = {session: String} AND host != ''
ORDER BY observed_at DESC LIMIT 1`,
      params: { brandId: brand.brandId, account: BigInt(account), session },
    });
    const at = Number(row?.at);
    if (!row || !(await this.accounts(brand, scope, { from: at, to: at + 1 })).has(account)) throw unknownRef();
    return row.host;
  }

  private async accounts(
    { brandId }: Brand,
    scope: BrandScope,
    period: Period,
  ): Promise<Map<string, { platform: Platform; accountId: string }>> {
    const state = await withUndeclared(this.stores.warehouse, await this.states.state(brandId));
    const { accounts: seen } = seenBy(checkedScope(scope), state, period);
    return new Map(
      state.accounts
        .filter(({ accountKey }) => inScope(seen, accountKey))
        .map(({ accountKey, platform, accountId }) => [accountKey, { platform, accountId }]),
    );
  }
}

interface Place {
  account: string;
  session: string;
}

const refOf = ({ account, session }: Place): string => Buffer.from(`${account} ${session}`).toString('base64url');

function placeOf(ref: string): Place {
  const text = Buffer.from(ref, 'base64url').toString('utf8');
  const [, account, session] = /^(\d{1,20}) (.+)$/s.exec(text) ?? [];
  if (account === undefined || Buffer.from(text).toString('base64url') !== ref || BigInt(account) >= 2n ** 64n) throw unknownRef();
  return { account, session };
}
