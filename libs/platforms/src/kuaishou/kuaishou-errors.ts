import type { CollectorAction } from '../platform-error';
import type { WireObject } from '../wire/wire-value';

export const KUAISHOU_ACTIONS: Readonly<Record<string, CollectorAction>> = {
  '100200100': 'fail',
  '100200101': 'stop-all',
  '100200102': 'refresh-once',
  '100200103': 'fail',
  '100200104': 'fail',
  '100200105': 'fail',
  '100200106': 'stop-endpoint',
  '100200107': 'mark-revoked',
  '100200108': 'refresh-once',
  '100200109': 'mark-revoked',
  '100200110': 'mark-revoked',
  '100200111': 'mark-revoked',
  '100200112': 'fail',
  '100200113': 'mark-revoked',
  '100200500': 'retry',
  '100400': 'fail',
  '100100400': 'fail',
  '120001': 'gone',
  '100120001': 'gone',
  '120002': 'fail',
  '120003': 'fail',
  '100100402': 'retry',
  '100100403': 'retry',
  '100100404': 'retry',
  '200100410': 'retry',
};

export const KUAISHOU_RATE_LIMITS: ReadonlySet<string> = new Set(['100100402', '100100403', '100100404', '200100410']);

/** The error code of the flat envelope: `result` is 1 when the answer is good; null then. */
export function kuaishouCode(answer: WireObject): string | null {
  const result = answer.result;
  if (result === undefined || result === null) return 'no result';
  return String(result).trim() === '1' ? null : String(result).trim();
}
