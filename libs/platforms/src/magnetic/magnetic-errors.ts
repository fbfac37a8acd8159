import type { CollectorAction } from '../platform-error';
import { wireText, type WireObject } from '../wire/wire-value';

/** No table of this product's codes is published with it: the message says what an answer asks for. Tried in this order. */
const MESSAGES: readonly [RegExp, CollectorAction][] = [
  [/refresh.?token/i, 'mark-revoked'],
  [/access.?token|token.*(expire|invalid)|未登录/i, 'refresh-once'],
  [/too (many|frequent)|rate.?limit|频繁|频率|限流|qps/i, 'retry'],
  [/daily|quota|当日|配额/i, 'wait-next-day'],
  [/app_?id|secret/i, 'stop-all'],
  [/permission|auth|forbid|权限|授权/i, 'stop-endpoint'],
  [/busy|timeout|system|internal|繁忙|超时|系统/i, 'retry'],
];

/** What an error answer asks for; a message that says nothing known is `fail`. */
export const magneticAction = (answer: WireObject): CollectorAction =>
  MESSAGES.find(([pattern]) => pattern.test(wireText(answer.message)))?.[1] ?? 'fail';

/** Whether an error answer means "too many calls". */
export const isMagneticRateLimit = (answer: WireObject): boolean => MESSAGES[2][0].test(wireText(answer.message));
