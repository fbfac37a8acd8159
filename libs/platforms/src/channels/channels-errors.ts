import type { CollectorAction } from '../platform-error';
import type { WireObject } from '../wire/wire-value';

/** Every account has an appid of its own, so no code stops the others. */
export const CHANNELS_ACTIONS: Readonly<Record<string, CollectorAction>> = {
  '-1': 'retry',
  '-2': 'fail',
  '1': 'fail',
  '40001': 'refresh-once',
  '40013': 'mark-revoked',
  '40014': 'refresh-once',
  '40066': 'fail',
  '41001': 'fail',
  '42001': 'refresh-once',
  '43002': 'fail',
  '44002': 'fail',
  '45009': 'wait-next-day',
  '45011': 'retry',
  '45035': 'stop-endpoint',
  '61004': 'stop-endpoint',
  '47001': 'fail',
  '48001': 'stop-endpoint',
  '100000': 'stop-endpoint',
  '48004': 'stop-endpoint',
  '50001': 'mark-revoked',
  '50002': 'mark-revoked',
  '61007': 'stop-endpoint',
  '10080000': 'stop-endpoint',
  '10080001': 'stop-endpoint',
  '10080002': 'stop-endpoint',
};

/** "Too many per minute" asks to wait for the next minute, not for a second. */
export const CHANNELS_WAITS: Readonly<Record<string, number>> = { '45011': 8 };

export const CHANNELS_RATE_LIMITS: ReadonlySet<string> = new Set(['45011']);

/** The error code of the envelope; 0 or none is good. */
export function channelsCode(answer: WireObject): string | null {
  const code = String(answer.errcode ?? '0').trim();
  return code === '0' || code === '' ? null : code;
}
