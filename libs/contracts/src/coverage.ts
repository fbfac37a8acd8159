import type { ConnectionState } from './connection';
import type { Bilingual, Platform } from './platform';
import type { GrantProduct } from './product';

/** Kinds of facts of which coverage is told. */
export const COVERED_KINDS = ['sessions', 'videos', 'followers', 'leads', 'minutes', 'entries'] as const;
export type CoveredKind = (typeof COVERED_KINDS)[number];

/** Why a day is missing, as people read it. The first nine stay; the others may still end by themselves. */
export const GAP_REASONS = {
  'platform-down': { zh: '平台故障或无法访问', en: 'The platform was down or out of reach' },
  quota: { zh: '调用配额用尽', en: 'The quota of calls was used up' },
  revoked: { zh: '授权被撤销或过期', en: 'The permission was revoked or had run out' },
  'no-permission': { zh: '缺少接口权限', en: 'A permission was missing' },
  'app-refused': { zh: '应用被平台拒绝', en: 'The platform refused the app' },
  'address-refused': { zh: '服务器地址不在平台白名单内', en: "The server's address is not on the platform's allow-list" },
  'list-broken': { zh: '平台的分页不前进，列表读不完整', en: "The platform's list could not be read to its end" },
  'never-served': { zh: '平台没有给出这一天', en: 'The platform never gave this day' },
  'never-ready': { zh: '平台一直没有给出最终数据', en: 'The figures never became final' },
  'not-ready': { zh: '数据尚未就绪（首日或最终值未出）', en: 'Not ready yet: a first day, or figures that are not final' },
  'not-yet': { zh: '尚未到读取时间', en: 'Its time of reading has not come yet' },
  'not-tried': { zh: '当天没有采集（采集进程未运行）', en: 'Nobody tried: the collector was not running' },
  unknown: { zh: '原因不明，见错误码', en: 'Unknown: see the code' },
} as const satisfies Record<string, Bilingual>;
export type GapReason = keyof typeof GAP_REASONS;

/** Missing business days in a row that have one reason: `from` ≤ day < `to`. */
export interface CoverageGap {
  platform: Platform;
  accountId: string;
  kind: CoveredKind;
  from: string;
  to: string;
  days: number;
  reason: GapReason;
  /** What the platform said, where it said something. */
  code: string | null;
  product: GrantProduct | null;
  /** What else stood in the way on these days, where more than one thing did. */
  also?: GapCause[];
}

export type GapCause = Pick<CoverageGap, 'reason' | 'code' | 'product'>;

/**
 * Expected against received, one kind of one account, in business days of `from` ≤ day < `to`. `coverage` is the share that arrived; of entries: seen ÷
 * views. Null where nothing is expected (`reason` says why), which blocks nothing.
 */
export interface CoverageRow {
  platform: Platform;
  accountId: string;
  name: string;
  kind: CoveredKind;
  from: string | null;
  to: string | null;
  expectedDays: number;
  receivedDays: number;
  coverage: number | null;
  reason: Bilingual | null;
  gaps: CoverageGap[];
}

/** `done`: nothing is missing · `wait`: it goes on by itself · `user`: somebody has to act · `files`: no connection, files only. */
export const HEALTH_STATES = ['user', 'wait', 'done', 'files'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** Things that people do, or ought to know, the most urgent first. */
export const HEALTH_ACTIONS = [
  'authorise-again',
  'check-app',
  'allow-address',
  'give-permission',
  'authorise-soon',
  'look-at-dead-letters',
  'read-log',
  'wait-for-platform',
  'wait-for-quota',
  'wait-for-first-days',
  'few-fans',
  'connect-or-import',
] as const;
export type HealthAction = (typeof HEALTH_ACTIONS)[number];

/** One thing to do, or to know. */
export interface HealthTodo {
  action: HealthAction;
  /** Somebody has to act; else it ends by itself, or is a limit of the platform. */
  needsUser: boolean;
  text: Bilingual;
}

/** A connection as far as it concerns one account. Days are whole days left; null: the platform does not say, or there is no end. */
export interface AccountConnection {
  product: GrantProduct;
  principalId: string;
  state: ConnectionState;
  accessDaysLeft: number | null;
  refreshDaysLeft: number | null;
  renewalsLeft: number | null;
  authoriseBy: string | null;
  missingScopes: string[];
}

/** How the collection of one kind of an account through one product stands. Instants ISO 8601. */
export interface StreamState {
  kind: string;
  product: GrantProduct;
  lastTryAt: string;
  lastSuccessAt: string | null;
  /** Failures in a row. */
  failures: number;
  errorClass: string | null;
  code: string | null;
  nextTryAt: string | null;
  /** Expected business days at the end that have not come; null where nothing is expected. */
  lagDays: number | null;
}

export interface AccountHealth {
  platform: Platform;
  accountId: string;
  name: string;
  state: HealthState;
  /** Newest follower total; null: unknown. */
  followers: number | null;
  connections: AccountConnection[];
  streams: StreamState[];
  /** Missing business days by kind; kinds without any are left out. */
  missingDays: Partial<Record<CoveredKind, number>>;
  openDeadLetters: number;
  todo: HealthTodo[];
}

/** How all accounts stand: what to do about how many of them, the most urgent first. */
export interface HealthSummary {
  from: string;
  to: string;
  accounts: number;
  byState: Record<HealthState, number>;
  /** Accounts of which nothing is missing in the span, as far as something is expected of them. */
  complete: number;
  openDeadLetters: number;
  todo: { action: HealthAction; needsUser: boolean; accounts: number; text: Bilingual; examples: string[] }[];
}

/** A job that was given up. `deadLetterId` is a decimal string, instants ISO 8601. */
export interface DeadLetterRow {
  deadLetterId: string;
  product: GrantProduct;
  accountId: string;
  kind: string;
  from: string | null;
  to: string | null;
  errorClass: string;
  code: string;
  endpoint: string | null;
  firstAt: string;
  lastAt: string;
  attempts: number;
  state: 'open' | 'replayed' | 'dropped';
}
