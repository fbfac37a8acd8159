import {
  HEALTH_ACTIONS,
  HEALTH_STATES,
  type AccountHealth,
  type Bilingual,
  type Connection,
  type CoverageRow,
  type GapReason,
  type GrantProduct,
  type HealthAction,
  type HealthState,
  type HealthSummary,
  type HealthTodo,
  type StreamState,
} from '@app/contracts';
import type { Unreadable } from '@app/platforms';
import type { ScopedAccount } from './coverage-scope';
import type { StreamRow } from './evidence.reader';
import { refusalReason } from './refusal-reason';

/** What is asked of people in general, when it concerns many accounts at once. */
export const ACTION_TEXTS: Readonly<Record<HealthAction, Bilingual>> = {
  'authorise-again': {
    zh: '账号所有者需要重新授权（vitrine connect）',
    en: 'The owner of the account must authorise again (vitrine connect)',
  },
  'check-app': { zh: '检查应用的凭证与状态：平台拒绝了应用', en: "Check the app's credentials and its state: the platform refuses it" },
  'allow-address': { zh: '在平台后台把服务器地址加入白名单', en: "Add the server's address to the platform's allow-list" },
  'give-permission': {
    zh: '在平台后台为应用开通缺少的权限，再由账号所有者重新授权',
    en: 'Have the missing permission granted to the app in the console; then the owner authorises again',
  },
  'authorise-soon': {
    zh: '授权即将到期，账号所有者须重新授权',
    en: 'The permission ends soon: the owner of the account must authorise again',
  },
  'look-at-dead-letters': { zh: '有放弃的任务：vitrine dead-letters list', en: 'Jobs were given up: see vitrine dead-letters list' },
  'read-log': {
    zh: '平台的回答无法理解：请查看日志并报告',
    en: 'An answer of the platform was not understood: see the log, and report it',
  },
  'wait-for-platform': { zh: '平台故障，会自动重试，无需处理', en: 'The platform is in trouble; it is tried again by itself' },
  'wait-for-quota': { zh: '配额用尽，次日自动继续', en: 'The quota is used up; it goes on by itself the next day' },
  'wait-for-first-days': {
    zh: '首次授权后约两天数据才完整，无需处理',
    en: "After the first authorisation the platform's tables need about two days; nothing to do",
  },
  'few-fans': { zh: '粉丝数较少，平台不提供部分粉丝数据', en: 'Few fans: the platform does not give some figures of fans' },
  'connect-or-import': { zh: '未连接平台：请授权连接，或继续用文件导入', en: 'Not connected: connect it, or go on importing files' },
};

/** What follows from the reason of a failure that lasts. A call that a product lacks asks nothing of anybody. */
const REASON_ACTIONS: Partial<Record<GapReason, HealthAction>> = {
  'platform-down': 'wait-for-platform',
  quota: 'wait-for-quota',
  revoked: 'authorise-again',
  'no-permission': 'give-permission',
  'app-refused': 'check-app',
  'address-refused': 'allow-address',
  'list-broken': 'read-log',
  unknown: 'read-log',
};
const BY_ITSELF: ReadonlySet<HealthAction> = new Set([
  'wait-for-platform',
  'wait-for-quota',
  'wait-for-first-days',
  'few-fans',
  'connect-or-import',
]);
/** Limits and hints: they hold nothing up. */
const HINTS: ReadonlySet<HealthAction> = new Set(['few-fans', 'connect-or-import']);

const FIRST_DAYS_MS = 2 * 86_400_000;
/** Douyin gives the portrait of fans from more than 100 on; with fewer than 1,000 parts of it may be missing (docs/platforms.md). */
const PORTRAIT_FANS = 100;
const FEW_FANS = 1_000;

export interface AccountFacts {
  account: ScopedAccount;
  rows: readonly CoverageRow[];
  connections: readonly Connection[];
  streams: readonly StreamRow[];
  /** First authorisation by product, epoch ms. */
  grantedAt: ReadonlyMap<GrantProduct, number>;
  followers: number | null;
  openDeadLetters: number;
}

const todoOf = (action: HealthAction, text: Bilingual = ACTION_TEXTS[action]): HealthTodo => ({
  action,
  needsUser: !BY_ITSELF.has(action),
  text,
});
const isoOf = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString());

/** How one account stands and what somebody has to do about it, the most urgent first. */
export function accountHealth(facts: AccountFacts, now: number): AccountHealth {
  const { account, rows, connections, streams, followers, openDeadLetters } = facts;
  const todo = inOrder([
    ...connections.flatMap(connectionTodo),
    ...streams.flatMap(streamTodo),
    ...(openDeadLetters > 0 ? [todoOf('look-at-dead-letters')] : []),
    ...firstDaysTodo(facts, now),
    ...fansTodo(facts),
    ...(connections.length === 0 ? [todoOf('connect-or-import')] : []),
  ]);
  const missing = rows.flatMap((row) => {
    const days = row.gaps.reduce((sum, gap) => sum + (gap.reason === 'not-yet' ? 0 : gap.days), 0);
    return days > 0 ? [[row.kind, days] as const] : [];
  });
  return {
    platform: account.platform,
    accountId: account.accountId,
    name: account.name,
    state: stateOf(todo, connections),
    followers,
    connections: connections.map((one) => ({
      product: one.product,
      principalId: one.principalId,
      state: one.state,
      accessDaysLeft: one.accessDaysLeft,
      refreshDaysLeft: one.refreshDaysLeft,
      renewalsLeft: one.renewalsLeft,
      authoriseBy: one.authoriseBy,
      missingScopes: one.missingScopes.map(({ scope }) => scope),
    })),
    streams: streams.map((stream) => streamState(stream, rows)),
    missingDays: Object.fromEntries(missing),
    openDeadLetters,
    todo,
  };
}

function stateOf(todo: readonly HealthTodo[], connections: readonly Connection[]): HealthState {
  if (todo.some(({ needsUser }) => needsUser)) return 'user';
  if (todo.some(({ action }) => !HINTS.has(action))) return 'wait';
  return connections.length === 0 ? 'files' : 'done';
}

/** A connection tells its todo in this order: its end, then what it lacks, then clocks (of which `doctor` tells). */
function connectionTodo({ state, authoriseBy, missingScopes, todo }: Connection): HealthTodo[] {
  const texts = [...todo];
  const found: HealthTodo[] = [];
  if (state === 'revoked' || state === 'expired') found.push(todoOf('authorise-again', texts.shift()));
  else if (authoriseBy !== null) found.push(todoOf('authorise-soon', texts.shift()));
  if (missingScopes.length > 0) found.push(todoOf('give-permission', texts.shift()));
  return found;
}

function streamTodo({ product, errorClass, code, failures, unreadable }: StreamRow): HealthTodo[] {
  if (failures === 0 || errorClass === null) return unreadable ? [todoOf('read-log', unreadableText(unreadable))] : [];
  const action = REASON_ACTIONS[refusalReason({ product, errorClass, code: code ?? '' })];
  return action ? [todoOf(action)] : [];
}

const FOUND: Readonly<Record<Unreadable['found'], Bilingual>> = {
  list: { zh: '列表', en: 'a list' },
  object: { zh: '对象', en: 'an object' },
  text: { zh: '文字', en: 'a text' },
  boolean: { zh: '是非值', en: 'a yes or no' },
};

/** Collected, but not all of it: a figure that is no number is unknown. */
function unreadableText({ endpoint, found, count }: Unreadable): Bilingual {
  return {
    zh: `平台回答的形式变了：${endpoint} 有 ${count} 个数字无法读取（如${FOUND[found].zh}），按未知处理，请报告`,
    en: `The platform's answer has changed: ${count} numbers of ${endpoint} cannot be read (${FOUND[found].en}). They are unknown; report it`,
  };
}

function firstDaysTodo({ account, grantedAt }: AccountFacts, now: number): HealthTodo[] {
  const first = grantedAt.get('douyin-open');
  return account.platform === 'douyin' && first !== undefined && now < first + FIRST_DAYS_MS ? [todoOf('wait-for-first-days')] : [];
}

function fansTodo({ account, followers, connections }: AccountFacts): HealthTodo[] {
  if (account.platform !== 'douyin' || followers === null || connections.length === 0 || followers >= FEW_FANS) return [];
  const text =
    followers > PORTRAIT_FANS
      ? {
          zh: '粉丝不足 1,000：抖音的粉丝分析可能不完整，总数不受影响',
          en: "Under 1,000 fans: Douyin's analysis of fans may be incomplete; totals are not affected",
        }
      : {
          zh: '粉丝不超过 100：抖音不提供粉丝画像，总数不受影响',
          en: 'Not more than 100 fans: Douyin gives no portrait of fans; totals are not affected',
        };
  return [todoOf('few-fans', text)];
}

/** Each action once, its most precise text first. */
function inOrder(todo: readonly HealthTodo[]): HealthTodo[] {
  const seen = new Map<HealthAction, HealthTodo>();
  for (const one of todo) if (!seen.has(one.action)) seen.set(one.action, one);
  return HEALTH_ACTIONS.flatMap((action) => seen.get(action) ?? []);
}

function streamState(stream: StreamRow, rows: readonly CoverageRow[]): StreamState {
  const row = rows.find(({ kind }) => kind === stream.kind);
  return {
    kind: stream.kind,
    product: stream.product,
    lastTryAt: new Date(stream.lastTryAt).toISOString(),
    lastSuccessAt: isoOf(stream.lastSuccessAt),
    failures: stream.failures,
    errorClass: stream.errorClass,
    code: stream.code,
    nextTryAt: isoOf(stream.nextTryAt),
    lagDays: row ? lagOf(row) : null,
  };
}

/** Expected days at the end of the span that have not come. */
function lagOf({ expectedDays, to, gaps }: CoverageRow): number | null {
  if (expectedDays === 0) return null;
  let lag = 0;
  let end = to;
  for (const gap of [...gaps].reverse()) {
    if (gap.to !== end) break;
    lag += gap.days;
    end = gap.from;
  }
  return lag;
}

const EXAMPLES = 5;

/** All accounts at a glance: what to do about how many of them, what needs somebody first. */
export function summaryOf(accounts: readonly AccountHealth[], span: { from: string; to: string }): HealthSummary {
  const found = new Map<HealthAction, AccountHealth[]>();
  for (const account of accounts) for (const { action } of account.todo) found.set(action, [...(found.get(action) ?? []), account]);
  return {
    ...span,
    accounts: accounts.length,
    byState: Object.fromEntries(
      HEALTH_STATES.map((state) => [state, accounts.filter((one) => one.state === state).length]),
    ) as HealthSummary['byState'],
    complete: accounts.filter(({ state, missingDays }) => state !== 'files' && Object.keys(missingDays).length === 0).length,
    openDeadLetters: accounts.reduce((sum, one) => sum + one.openDeadLetters, 0),
    todo: HEALTH_ACTIONS.flatMap((action) => {
      const concerned = found.get(action);
      if (!concerned) return [];
      const examples = concerned.slice(0, EXAMPLES).map(({ platform, accountId }) => `${platform}/${accountId}`);
      return [{ action, needsUser: !BY_ITSELF.has(action), accounts: concerned.length, text: ACTION_TEXTS[action], examples }];
    }),
  };
}
