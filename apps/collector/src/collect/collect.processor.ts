import type { JobContext, JobHandler, CollectPayload, CollectRoundPayload } from '@app/queue';
import type { CollectService } from './collect.service';

/** How often a job tells how far it is. */
const PROGRESS_MS = 500;

/** The job `collect`: one chunk of one platform's accounts. */
export class CollectProcessor implements JobHandler<'collect'> {
  readonly name = 'collect';

  constructor(private readonly service: CollectService) {}

  async handle(payload: CollectPayload, context: JobContext): Promise<object> {
    let toldAt = 0;
    return this.service.collectChunk(payload, context.signal, (done) => {
      const now = performance.now();
      if (now - toldAt < PROGRESS_MS) return;
      toldAt = now;
      // progress is for people: losing one costs nothing
      context.progress({ done, total: payload.accounts.length }).catch(() => undefined);
    });
  }
}

/** The job `collect-round`: what the schedule asks for. */
export class CollectRoundProcessor implements JobHandler<'collect-round'> {
  readonly name = 'collect-round';

  constructor(private readonly service: CollectService) {}

  async handle({ brandId, platform }: CollectRoundPayload): Promise<object> {
    return { jobs: await this.service.enqueueRound(brandId, platform) };
  }
}
