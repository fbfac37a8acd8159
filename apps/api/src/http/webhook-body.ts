import type { IncomingMessage, ServerResponse } from 'node:http';

/** Where pushes come in; their bodies are read as bytes, for signatures are made over these. */
export const WEBHOOK_PATH = '/api/v1/webhooks';
/** The largest push: a live list of a second is a few kilobytes. */
const MAX_BYTES = 1024 * 1024;

/** A request whose body was read here: `body` is bytes, and no other parser reads it again. */
export interface BytesRequest extends IncomingMessage {
  body?: Buffer;
  /** How body-parser knows that a body has been read. */
  _body?: boolean;
}

/** Reads the whole body, up to a limit: beyond it the answer is 413 at once and the rest is not read. */
export function webhookBody(request: BytesRequest, response: ServerResponse, next: (error?: unknown) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const tooLarge = (): void => {
    request.removeAllListeners('data');
    response.writeHead(413, { connection: 'close' }).end();
  };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) return tooLarge();
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) tooLarge();
    else chunks.push(chunk);
  });
  request.on('error', () => undefined); // a sender that goes away needs no answer
  request.on('end', () => {
    if (bytes > MAX_BYTES) return;
    request.body = Buffer.concat(chunks);
    request._body = true;
    next();
  });
}
