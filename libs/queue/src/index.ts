export * from './bull-queue.adapter';
export * from './job-payloads';
export * from './job-queue';
export { streamJobId } from './stream-job-id';
