import type { DetectorScope, ScannedAccount } from '../detector';
import { accountFilter, readOnce } from './account-filter';

/** Names of traffic sources that are bought, in whatever file: 付费, 投放, paid, ads, dou+, 千川, 磁力 … */
export const BOUGHT_SOURCES = '(?i)(付费|投放|广告|推广|加热|千川|磁力|\\bpaid\\b|\\bads?\\b|dou ?\\+|promot)';

const SOURCES = (where: string): string => `SELECT
  toString(account_key) AS account,
  session_id AS session,
  toFloat64(countIf(match(traffic_source, {bought: String}))) AS bought,
  toFloat64(countIf(traffic_source != '')) AS told
FROM facts(entries)
WHERE brand_id = {brandId: UInt32}${where} AND session_id != ''
  AND month >= {fromMonth: UInt32} AND month <= {toMonth: UInt32}
  AND entered_at >= fromUnixTimestamp64Milli({from: Int64}, 'UTC') AND entered_at < fromUnixTimestamp64Milli({to: Int64}, 'UTC')
GROUP BY
  account_key,
  session_id
HAVING told > 0`;

const monthNumber = (ms: number): number => Number(new Date(ms).toISOString().slice(0, 7).replace('-', ''));

/** Entries by session that say where they came from, and how many of them were bought. Accounts without entries are absent. */
export function readBoughtEntries(
  scope: DetectorScope,
  accounts: readonly ScannedAccount[],
): Promise<Map<string, Map<string, { bought: number; told: number }>>> {
  return readOnce(scope, 'boughtEntries', accounts, async () => {
    const { where, params } = accountFilter(scope, accounts);
    const day = 86_400_000;
    const rows = await scope.query<{ account: string; session: string; bought: number; told: number }>({
      name: 'integrity.bought_entries',
      sql: SOURCES(where),
      params: {
        ...params,
        bought: BOUGHT_SOURCES,
        from: scope.historyFrom,
        to: scope.window.to,
        fromMonth: monthNumber(scope.historyFrom - day),
        toMonth: monthNumber(scope.window.to + day),
      },
      maxSeconds: 300,
    });
    const found = new Map<string, Map<string, { bought: number; told: number }>>();
    for (const { account, session, bought, told } of rows) {
      const own = found.get(account) ?? new Map<string, { bought: number; told: number }>();
      found.set(account, own.set(session, { bought, told }));
    }
    return found;
  });
}
