import type { WebhookEffects } from '@app/connect';
import { importRows, type IngestStores } from '@app/ingest';
import type { Schedule } from '@app/queue';
import type { CollectService } from './collect.service';

/** Looks for stored pushes whose job was lost, or that wait for something, every minute. */
export const WEBHOOK_SCHEDULE: Schedule<'process-webhook'> = {
  id: 'process-webhook',
  name: 'process-webhook',
  payload: {},
  cron: '* * * * *',
  zone: 'UTC',
};

/** What a push sets going: jobs, and rows of the live feed. */
export function webhookEffects(collect: CollectService, ingest: IngestStores): WebhookEffects {
  return {
    collectVideos: (brandId, platform, accounts) => collect.request(brandId, platform, accounts, ['videos']),
    importRows: async (brandId, kind, rows) => {
      // a row that is rejected now would be rejected again: it is in the rejects file, and what waits on disk is safe
      await importRows(ingest, { kind, rows, brandId, source: 'feed' });
    },
  };
}
