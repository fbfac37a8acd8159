import type { ServerResponse } from 'node:http';

/** What is not sent of a connection beyond this makes it end: its reader does not keep up. */
const MOST_UNSENT = 1024 * 1024;

/** One connection as server-sent events. Ends when the other side goes away; what is sent afterwards goes nowhere. */
export class EventLine {
  private open = true;

  constructor(
    private readonly response: ServerResponse,
    private readonly onClose: () => void,
  ) {
    response.on('close', () => this.close());
    response.on('error', () => this.close());
  }

  /** Headers. `no-transform` keeps everything on the way from gathering events up. */
  begin(): void {
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
    this.response.write('retry: 2000\n\n');
  }

  get isOpen(): boolean {
    return this.open;
  }

  /** False: the reader is too slow, or gone. Without an id the reader keeps the one it has. */
  send(event: string, body: object, id: string | null = null): boolean {
    if (!this.open) return false;
    this.response.write(`event: ${event}\n${id === null ? '' : `id: ${id}\n`}data: ${JSON.stringify(body)}\n\n`);
    return this.response.writableLength <= MOST_UNSENT;
  }

  beat(): void {
    if (this.open) this.response.write(': beat\n\n');
  }

  /** Ends without waiting for what is not sent yet. */
  drop(): void {
    this.response.destroy();
    this.close();
  }

  end(): void {
    if (!this.open) return;
    this.response.end();
    this.close();
  }

  private close(): void {
    if (!this.open) return;
    this.open = false;
    this.onClose();
  }
}
