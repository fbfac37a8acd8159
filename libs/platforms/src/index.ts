export * from './capability-matrix';
export * from './create-connectors';
export * from './grant';
export * from './grant-keeper';
export { knownAction } from './known-action';
export { OAUTH_FLOWS, type AuthorizedProduct } from './oauth/flows';
export type { Authorised, CodeExchange, NeededScope, OAuthApp, OAuthFlow } from './oauth/oauth-flow';
export * from './platform';
export * from './platform-error';
export * from './wire/circuit-breaker';
export { CircuitOpen } from './wire/circuit-open';
export { chargesOf, completeRules, scaledRule, type AssumedRates, type LimitRule } from './wire/limit-rules';
export { CHANNELS_LIMITS, FORCED_TOKEN_ENDPOINT } from './channels/limits';
export { DOUYIN_LIMITS } from './douyin/limits';
export { KEPT_PUSHES, LIVE_PUSHES, LivePlayClient, type LivePush, type TaskState } from './douyin/live-play-client';
export { KUAISHOU_LIMITS } from './kuaishou/limits';
export { MemoryRateLimitsAdapter } from './wire/memory-rate-limits.adapter';
export { paidBy, type Payer } from './wire/payer';
export { RateLimits, type Charge, type Grace } from './wire/rate-limits';
export { RedisRateLimitsAdapter } from './wire/redis-rate-limits.adapter';
export { notingUnreadable, type Unreadable } from './wire/unreadable';
export type { WireOptions } from './wire/wire-client';
export { minimised, type KeptComment, type KeptCount, type KeptMessage, type ViewerKeysOf } from './webhooks/minimise';
export { verifyWebhook } from './webhooks/verify-webhook';
export {
  WEBHOOK_CHANNELS,
  type WebhookChannel,
  type WebhookRefusal,
  type WebhookRequest,
  type WebhookSecrets,
  type WebhookVerdict,
} from './webhooks/webhook';
export { capabilities } from './capabilities';
export { numberedPages, pageTotals, rowsOf, type NumberedList } from './numbered-pages';
export { answerCheck, WireClient } from './wire/wire-client';
export { wireCount, wireId, wireInstant, wireText, type WireObject } from './wire/wire-value';
