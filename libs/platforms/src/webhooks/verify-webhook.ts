import { verifyChannels } from './channels-webhook';
import { verifyDouyinLive, verifyKuaishouLive } from './live-webhooks';
import { verifyDouyin, verifyKuaishou, verifyOceanEngine } from './open-platform-webhooks';
import type { WebhookChannel, WebhookRequest, WebhookSecrets, WebhookVerdict } from './webhook';

const VERIFIERS: Record<WebhookChannel, (request: WebhookRequest, secrets: WebhookSecrets, now: number) => WebhookVerdict> = {
  douyin: verifyDouyin,
  oceanengine: verifyOceanEngine,
  kuaishou: verifyKuaishou,
  channels: verifyChannels,
  'douyin-live': verifyDouyinLive,
  'kuaishou-live': verifyKuaishouLive,
};

/** Checks a push by its channel's rules. Pure: no store, no clock but `now` (epoch ms). Throws nothing. */
export const verifyWebhook = (
  channel: WebhookChannel,
  request: WebhookRequest,
  { secrets, now }: { secrets: WebhookSecrets; now: number },
): WebhookVerdict =>
  request.method === 'GET' && channel !== 'channels' ? { kind: 'refused', reason: 'malformed' } : VERIFIERS[channel](request, secrets, now);
