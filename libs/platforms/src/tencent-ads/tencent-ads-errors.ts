import type { CollectorAction } from '../platform-error';

/** Actions by code, as the platform's own list of return codes explains them. */
export const TENCENT_ADS_ACTIONS: Readonly<Record<string, CollectorAction>> = {
  '10000': 'retry',
  '10001': 'retry',
  '11000': 'refresh-once',
  '11002': 'refresh-once',
  '11004': 'refresh-once',
  '11005': 'fail',
  '11007': 'stop-all',
  '11008': 'retry',
  '11010': 'mark-revoked',
  '11012': 'mark-revoked',
  '11014': 'stop-endpoint',
  '11016': 'retry',
  '11017': 'retry',
  '11018': 'wait-next-day',
  '11019': 'retry',
  '11022': 'retry',
};

export const TENCENT_ADS_RATE_LIMITS: ReadonlySet<string> = new Set(['11008', '11016', '11017', '11019', '11022']);

/** "Too many in a minute" asks to wait for the next minute. */
export const TENCENT_ADS_WAITS: Readonly<Record<string, number>> = { '11017': 8 };

/** What an unlisted code asks for: 30000–30099 is the server's own trouble and may be repeated. */
export const tencentAdsAction = (code: string): CollectorAction => TENCENT_ADS_ACTIONS[code] ?? (/^300\d\d$/.test(code) ? 'retry' : 'fail');
