export { appSettingsOf, ConnectService, pastedCode, type BeginRequest } from './connect.service';
export { clockAdvice, connectionOf, type GrantFacts } from './connection-list';
export { LivePlayService, type RoomPushes } from './live-play.service';
export { STATE_LIFE_MS } from './oauth-state';
export { ServerClocks, wrongClocks } from './server-clocks';
export { termsOf } from './terms';
export { WebhookInbox, type InboxAnswer } from './webhook-inbox';
export { WebhookProcessor, type ProcessedCounts, type WebhookEffects } from './webhook-processor';
