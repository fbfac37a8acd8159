import type { IncomingMessage, ServerResponse } from 'node:http';
import { VitrineError } from '@app/contracts';
import { isFileBody } from '../http/file-body';
import { INGEST_PATH } from '../http/ingest-body';
import { WEBHOOK_PATH } from '../http/webhook-body';
import { routedUrl } from '../http/routed-url';

/** The largest body of JSON, as text. Facts come in through the signed interface, which has limits of its own. */
export const JSON_LIMIT_BYTES = 1024 * 1024;

/** Paths whose bodies are read as bytes and judged by a signature. */
const BYTES = [INGEST_PATH, WEBHOOK_PATH];

/**
 * Refuses bodies that are not JSON: what a form of a foreign page can send without asking, a browser would send with our cookies. Also refuses packed JSON,
 * which no client of ours sends.
 */
export function jsonOnly(request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
  const { headers } = request;
  const url = routedUrl(request.url);
  if (!url.startsWith('/api/') || BYTES.some((path) => url.startsWith(path))) return next();
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!hasBody) return next();
  const media = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  const packed = (headers['content-encoding'] ?? 'identity').trim().toLowerCase() !== 'identity';
  next((media === 'application/json' || isFileBody(url, media)) && !packed ? undefined : notJson());
}

const notJson = (): VitrineError =>
  new VitrineError(
    'unsupported_media',
    { zh: '请求体应为未压缩的 JSON', en: 'The body must be JSON, not packed' },
    { remedy: { zh: '请使用 Content-Type: application/json', en: 'Send it with Content-Type: application/json' } },
  );
