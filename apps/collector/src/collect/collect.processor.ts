import type { CollectStreamPayload, JobContext, JobHandler } from '@app/queue';
import type { CollectScheduler } from './collect-scheduler';
import type { StreamJob } from './stream-job';

/** The job `collect-stream`: one kind of one account. */
export class CollectStreamProcessor implements JobHandler<'collect-stream'> {
  readonly name = 'collect-stream';

  constructor(private readonly job: StreamJob) {}

  handle(payload: CollectStreamPayload, context: JobContext): Promise<object> {
    return this.job.run(payload, context);
  }
}

/** The job `collect-tick`: enqueues what is due. Without a scheduler (a clock that stands still) nothing ever is. */
export class CollectTickProcessor implements JobHandler<'collect-tick'> {
  readonly name = 'collect-tick';

  constructor(private readonly scheduler: CollectScheduler | null) {}

  async handle(): Promise<object> {
    return this.scheduler ? this.scheduler.tick() : { due: 0 };
  }
}
