import type { GapReason, GrantProduct } from '@app/contracts';
import type { ErrorClass } from '@app/database';
import { knownAction } from '@app/platforms';

/** Why a try failed, as it was kept. */
export interface Refusal {
  product: GrantProduct;
  errorClass: ErrorClass;
  code: string;
}

/** Codes of one action that mean different things to people. */
const ADDRESS_REFUSED: ReadonlySet<string> = new Set(['45035', '61004']);
const APP_REFUSED: ReadonlySet<string> = new Set(['48004', '28001014', '28001018', '28001019', '2190004', '61007', '40013']);
const OUT_OF_REACH = /^(http 5|http 429|timeout|connection|circuit open|not json)/;

/** What a failure means to the people who look at a gap. */
export function refusalReason({ product, errorClass, code }: Refusal): GapReason {
  if (OUT_OF_REACH.test(code)) return 'platform-down';
  if (code.endsWith('stands still')) return 'list-broken';
  if (code === 'no such call') return 'never-served';
  if (product === 'channels-app' && ADDRESS_REFUSED.has(code)) return 'address-refused';
  if (APP_REFUSED.has(code)) return 'app-refused';
  const action = knownAction(product, code);
  if (action === 'too-many' || action === 'wait-next-day' || errorClass === 'wait-for-reset') return 'quota';
  if (action === 'stop-all') return 'app-refused';
  if (action === 'mark-revoked' || action === 'refresh-once') return 'revoked';
  if (action === 'stop-endpoint') return 'no-permission';
  if (errorClass === 'retry') return 'platform-down';
  // codes of products without a table, and events that ended a grant
  return errorClass === 'needs-user' ? 'revoked' : 'unknown';
}
