import type { WebhookEffects } from '@app/connect';
import { importRows, type IngestStores } from '@app/ingest';
import type { JobQueue, Schedule } from '@app/queue';

/** Looks for stored pushes whose job was lost, or that wait for something, every minute. */
export const WEBHOOK_SCHEDULE: Schedule<'process-webhook'> = {
  id: 'process-webhook',
  name: 'process-webhook',
  payload: {},
  cron: '* * * * *',
  zone: 'UTC',
};

/** What a push sets going: jobs, and rows of the live feed. */
export function webhookEffects(queue: JobQueue, ingest: IngestStores): WebhookEffects {
  return {
    collectVideos: async (brandId, platform, accounts) => {
      await queue.enqueue('collect', { brandId, platform, accounts, kinds: ['videos'] });
    },
    importComments: async (brandId, rows) => {
      // a row that is rejected now would be rejected again: it is in the rejects file, and what waits on disk is safe
      await importRows(ingest, { kind: 'comments', rows, brandId, source: 'feed' });
    },
  };
}
