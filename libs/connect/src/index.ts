export {
  appSettingsOf,
  ConnectService,
  originsOf,
  pastedCode,
  type BeginRequest,
  type ConnectParts,
  type FinishRequest,
} from './connect.service';
export { CLOCK_TOLERANCE_MS, clockAdvice, connectionOf, listConnections, missingScopes, type GrantFacts } from './connection-list';
export { OAuthStates, STATE_LIFE_MS, type StateSubject } from './oauth-state';
export { termsOf } from './terms';
export { CHANNEL_PRODUCT, WebhookInbox, type InboxAnswer, type InboxParts } from './webhook-inbox';
export { WebhookProcessor, type ProcessedCounts, type WebhookEffects } from './webhook-processor';
export { ServerClocks, wrongClocks } from './server-clocks';
