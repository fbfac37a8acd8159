import { VitrineError, type Bilingual, type Platform } from '@app/contracts';

/**
 * What the collector does about a platform's answer. `retry` again with back-off · `refresh-once` new token, same call once more ·
 * `wait-next-day` quota used up · `mark-revoked` the owner must authorise again · `stop-endpoint` this kind is not to be had for the account ·
 * `stop-all` the app itself is refused · `gone` the object does not exist any more · `fail` our mistake or an unknown code: record, go on.
 */
export const COLLECTOR_ACTIONS = [
  'retry',
  'refresh-once',
  'wait-next-day',
  'mark-revoked',
  'stop-endpoint',
  'stop-all',
  'gone',
  'fail',
] as const;
export type CollectorAction = (typeof COLLECTOR_ACTIONS)[number];

const REMEDIES: Record<CollectorAction, Bilingual> = {
  retry: { zh: '稍后会自动重试', en: 'It will be tried again by itself' },
  'refresh-once': { zh: '请账号所有者重新授权', en: 'Ask the owner of the account to authorise again' },
  'wait-next-day': { zh: '配额次日恢复，届时自动继续', en: 'The quota returns the next day; collecting goes on by itself' },
  'mark-revoked': { zh: '请账号所有者重新授权', en: 'Ask the owner of the account to authorise again' },
  'stop-endpoint': { zh: '请在平台后台为该账号开通此权限', en: "Switch this permission on for the account in the platform's console" },
  'stop-all': { zh: '请检查应用凭证、状态与服务器白名单', en: "Check the app's credentials, its state and the server allow-list" },
  gone: { zh: '内容已被删除', en: 'The object was deleted' },
  fail: { zh: '请查看日志；若持续出现请报告', en: 'See the log; report it if it stays' },
};

/** An error answer of a platform, or none in time. Never holds a token or the answer's text. */
export class PlatformError extends VitrineError {
  constructor(
    readonly platform: Platform,
    readonly action: CollectorAction,
    /** The platform's own code, `http <status>`, `timeout` or `connection`. */
    readonly wireCode: string,
    readonly endpoint: string,
    readonly waitFactor = 1,
    cause?: unknown,
  ) {
    super(
      'platform',
      { zh: `平台 ${platform} 的接口 ${endpoint} 返回 ${wireCode}`, en: `Platform ${platform}, call ${endpoint}: ${wireCode}` },
      { remedy: REMEDIES[action], cause },
    );
    this.name = 'PlatformError';
  }
}
