import type { JobContext, JobHandler } from '@app/queue';
import type { WebhookProcessor } from '@app/connect';

/** The job `process-webhook`: everything that is due, however many pushes asked for it. */
export class ProcessWebhookProcessor implements JobHandler<'process-webhook'> {
  readonly name = 'process-webhook';

  constructor(private readonly processor: WebhookProcessor) {}

  async handle(_: Record<string, never>, { signal }: JobContext): Promise<object> {
    return { ...(await this.processor.process(signal)) };
  }
}
