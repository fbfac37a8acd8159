import type { DetectorScope, ScannedAccount } from '../detector';

/** Most accounts of a query that is asked for some of them only; for more it is asked for all. */
const FEW = 500;

/** The condition and the parameter that keep a query to some accounts; for all of the brand there is no condition. */
export function accountFilter(
  { peers }: Pick<DetectorScope, 'peers'>,
  accounts: readonly ScannedAccount[],
): { where: string; params: { accounts?: bigint[] } } {
  if (accounts.length >= Math.min(peers.length, FEW)) return { where: '', params: {} };
  return { where: ' AND account_key IN {accounts: Array(UInt64)}', params: { accounts: accounts.map(({ key }) => BigInt(key)) } };
}

/** Whether accounts are all of the brand's: then what is read is shared by all detectors of the scan. */
export const isWhole = ({ peers }: Pick<DetectorScope, 'peers'>, accounts: readonly ScannedAccount[]): boolean =>
  accounts.length >= peers.length;

/** Reads once per scan: the accounts that are asked for, and all of them. */
export function readOnce<Value>(
  scope: DetectorScope,
  name: string,
  accounts: readonly ScannedAccount[],
  read: () => Promise<Value>,
): Promise<Value> {
  return scope.shared(`${name}/${isWhole(scope, accounts) ? 'all' : 'asked'}`, read);
}
