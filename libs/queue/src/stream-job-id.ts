import { createHash } from 'node:crypto';
import type { CollectStreamPayload } from './job-payloads';

/** One job per stream and span, however often it is asked for: as long as it waits or runs, asking again changes nothing. */
export function streamJobId(
  { brandId, product, accountId, kind, from, to }: Omit<CollectStreamPayload, 'now' | 'dueAt'>,
  request = '',
): string {
  const identity = JSON.stringify([brandId, product, accountId, kind, from ?? '', to ?? '', request]);
  return `stream-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;
}
