import { AsyncLocalStorage } from 'node:async_hooks';

/** Whose allowance a call uses up. */
export interface Payer {
  /** The platform's id of the app. */
  app: string;
  /** The grant's principal. */
  credential: string;
  /** Among whom a scarce allowance of the app is shared fairly: the dealer, else the account. */
  share: string;
}

const scope = new AsyncLocalStorage<Payer>();
const NOBODY: Payer = { app: 'app', credential: 'none', share: '' };

/** Every call to a platform inside `work`, however deep, is paid by `payer`: adapters and clients need not hand it on. */
export function paidBy<T>(payer: Payer, work: () => T): T {
  return scope.run(payer, work);
}

export const currentPayer = (): Payer => scope.getStore() ?? NOBODY;
