import type { CollectorAction } from '../platform-error';
import { wireObject, type WireObject } from '../wire/wire-value';

/** Actions by code, new and old numbering side by side. */
export const DOUYIN_ACTIONS: Readonly<Record<string, CollectorAction>> = {
  '28001005': 'retry',
  '2100004': 'retry',
  '28001006': 'retry',
  '28001007': 'fail',
  '2100005': 'fail',
  '28001003': 'refresh-once',
  '2190002': 'refresh-once',
  '28001008': 'refresh-once',
  '2190008': 'refresh-once',
  '10008': 'refresh-once',
  '10010': 'mark-revoked',
  '10020': 'mark-revoked',
  '28001012': 'stop-endpoint',
  '2190003': 'stop-endpoint',
  '28001014': 'stop-endpoint',
  '28001018': 'stop-endpoint',
  '2190004': 'stop-endpoint',
  '28001015': 'mark-revoked',
  '2190015': 'mark-revoked',
  '28001016': 'stop-all',
  '2190016': 'stop-all',
  '28001017': 'fail',
  '28001019': 'stop-endpoint',
  '28001042': 'stop-endpoint',
  '28001045': 'mark-revoked',
  '28001046': 'mark-revoked',
  '2100009': 'mark-revoked',
  '28001047': 'mark-revoked',
  '28001052': 'wait-next-day',
  '28001056': 'stop-endpoint',
  '28003017': 'wait-next-day',
  '2190001': 'wait-next-day',
  '28003018': 'retry',
  '28004020': 'stop-endpoint',
  '2112001': 'stop-endpoint',
  '2100007': 'stop-endpoint',
  '10003': 'stop-all',
  '10012': 'stop-all',
  '10013': 'stop-all',
  '10014': 'stop-all',
  '10015': 'stop-all',
};

export const DOUYIN_RATE_LIMITS: ReadonlySet<string> = new Set(['28003018']);

/** A code as text; null where it is absent, empty or 0, as number or text. */
export const codeIn = (value: unknown): string | null => {
  if (value === undefined || value === null || value === '') return null;
  const code = String(value).trim();
  return code === '0' ? null : code;
};

/** The error code of any of Douyin's envelopes (classic, OAuth, newer, enterprise), or null when the answer is good. Codes are numbers or text. */
export function douyinCode(answer: WireObject): string | null {
  const base = wireObject(answer.base);
  return (
    codeIn(answer.err_no) ??
    codeIn(wireObject(answer.data).error_code) ??
    codeIn(wireObject(answer.extra).error_code) ??
    codeIn(base.gateway_code) ??
    codeIn(base.biz_code)
  );
}
