import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { PoolClient, Submittable } from 'pg';

/** What COPY needs of a connection of pg, beyond its declared types. */
interface CopyConnection {
  stream: NodeJS.ReadWriteStream & { writableNeedDrain: boolean };
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

const rowsOf = (tag: string) => Number(/^COPY (\d+)$/.exec(tag)?.[1] ?? NaN);

/** The bytes of `COPY … TO STDOUT`; `rows` is known when the stream has ended. */
export class CopyOut extends Readable implements Submittable {
  rows = NaN;
  private connection: CopyConnection | null = null;

  constructor(private readonly sql: string) {
    super({ highWaterMark: 1 << 18 });
  }

  submit(connection: unknown): void {
    this.connection = connection as CopyConnection;
    this.connection.query(this.sql);
  }

  override _read(): void {
    this.connection?.stream.resume();
  }

  /** Left by its reader: what still comes is passed over, so that the connection can go on. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.connection?.stream.resume();
    done(error);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    // a copy: the connection uses its buffer again
    if (!this.destroyed && !this.push(Buffer.from(chunk))) this.connection?.stream.pause();
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = rowsOf(text);
  }

  handleReadyForQuery(): void {
    this.connection?.stream.resume();
    this.push(null);
  }

  handleError(error: Error): void {
    this.connection?.stream.resume();
    this.destroy(error);
  }
}

/** `COPY … FROM STDIN` with the bytes of `source`; resolves with the number of rows. */
export function copyIn(client: PoolClient, sql: string, source: Readable): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = NaN;
    let failure: unknown = null;
    const query: Submittable & Record<string, (...given: never[]) => void> = {
      submit: (connection: unknown) => (connection as CopyConnection).query(sql),
      handleCopyInResponse: (connection: CopyConnection) => {
        void send(connection, source).catch((error: unknown) => {
          failure = error;
          connection.sendCopyFail('the source ended early');
        });
      },
      handleCommandComplete: ({ text }: { text: string }) => {
        rows = rowsOf(text);
      },
      handleReadyForQuery: () => resolve(rows),
      handleError: (error: Error) => {
        source.destroy();
        reject(failure instanceof Error ? failure : error);
      },
    };
    client.query(query);
  });
}

async function send(connection: CopyConnection, source: Readable): Promise<void> {
  for await (const chunk of source as AsyncIterable<Buffer>) {
    connection.sendCopyFromChunk(chunk);
    if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain');
  }
  connection.endCopyFrom();
}
