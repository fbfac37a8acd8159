import type { CollectorAction } from '../platform-error';

/** Actions by code of the envelope `{code, message, request_id, data}`. Codes of the 5xxxx family that are not listed are the server's own trouble. */
export const OCEANENGINE_ACTIONS: Readonly<Record<string, CollectorAction>> = {
  '40000': 'fail',
  '40001': 'fail',
  '40002': 'stop-endpoint',
  '40003': 'fail',
  '40100': 'retry',
  '40101': 'stop-all',
  '40102': 'refresh-once',
  '40103': 'mark-revoked',
  '40104': 'refresh-once',
  '40105': 'refresh-once',
  '40106': 'mark-revoked',
  '40107': 'mark-revoked',
  '40110': 'retry',
};

export const OCEANENGINE_RATE_LIMITS: ReadonlySet<string> = new Set(['40100', '40110']);

/** What an unlisted code asks for. */
export const oceanengineAction = (code: string): CollectorAction => OCEANENGINE_ACTIONS[code] ?? (/^5\d{4}$/.test(code) ? 'retry' : 'fail');
