export * from './create-connectors';
export * from './create-platforms';
export * from './grant';
export * from './grant-keeper';
export * from './platform';
export * from './platform-error';
export type { WireOptions } from './wire/wire-client';
export { minimised, type KeptComment, type KeptMessage, type ViewerKeysOf } from './webhooks/minimise';
export { verifyWebhook } from './webhooks/verify-webhook';
export {
  WEBHOOK_CHANNELS,
  type WebhookChannel,
  type WebhookRefusal,
  type WebhookRequest,
  type WebhookSecrets,
  type WebhookVerdict,
} from './webhooks/webhook';
