import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@app/observability';
import { JobQueue } from '@app/queue';
import { WEBHOOK_LOGGER } from './webhook-logger';

/** Pushes that come together are one job. */
const TOGETHER_MS = 300;

/** Asks for the work on stored pushes: soon, and once for many. A request that is lost costs a minute: the schedule looks as well. */
@Injectable()
export class WebhookWaker implements OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: JobQueue,
    @Inject(WEBHOOK_LOGGER) private readonly logger: Logger,
  ) {}

  wake(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.queue
        .enqueue('process-webhook', {})
        .catch((error: unknown) => this.logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'webhook job'));
    }, TOGETHER_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.queue.close();
  }
}
