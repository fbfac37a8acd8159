import type { ReplayJob } from '@app/coverage';
import type { Instance } from '@app/embedded';
import { BullQueueAdapter, parsePayload, streamJobId, type JobQueue } from '@app/queue';

/** Puts the job of a dead letter into the queue; a worker takes it, in whichever process. */
export const replayJob =
  (queue: Pick<JobQueue, 'enqueue'>): ReplayJob =>
  async ({ deadLetterId, payload: stored }) => {
    const payload = parsePayload('collect-stream', stored);
    // not the stream's own id: its job may be under way still, and would swallow this one
    await queue.enqueue('collect-stream', payload, { id: streamJobId(payload, `letter ${deadLetterId}`), forget: true });
  };

/** The same for a process that has no queue open: it connects when something is asked of it. */
export function replayOn(instance: Instance): { replay: ReplayJob; close(): Promise<void> } {
  const queue = new BullQueueAdapter(instance);
  return { replay: replayJob(queue), close: () => queue.close() };
}
