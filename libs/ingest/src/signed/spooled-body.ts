import { randomUUID } from 'node:crypto';
import type { Hash, Hmac } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { VitrineError } from '@app/contracts';
import { brokenOff, tooLarge } from './signed-errors';

/** Largest body as it is sent, and unpacked. */
export interface BodyLimits {
  bytes: number;
  unpackedBytes: number;
}

export interface SpooledBody {
  /** The unpacked body, of nobody else's reading. */
  file: string;
  signature: Buffer;
  remove(): Promise<void>;
}

/** Folder of the data directory in which bodies wait for their last byte. */
export const INCOMING = 'incoming';

const MEGABYTE = 1 << 20;
const OLD_MS = 86_400_000;

/**
 * Takes a body to disk, as it comes and no faster, with its signature over the bytes as sent: nothing of it may be acted on before the last byte is
 * signed. Throws `too_large`, and `bad_input` when it breaks off; nothing stays then.
 */
export async function spoolBody(
  body: Readable,
  to: { folder: string; gzip: boolean; limits: BodyLimits; signature: Hmac | Hash; fileName?: string },
): Promise<SpooledBody> {
  const { folder, gzip, limits, signature, fileName } = to;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, fileName ?? `${randomUUID()}.ndjson`);
  const remove = () => rm(file, { force: true });
  const sent = counted(limits.bytes, (chunk) => signature.update(chunk));
  const unpacked = counted(limits.unpackedBytes, () => undefined);
  const whole = entrance(body);
  const out = createWriteStream(file, { mode: 0o600 });
  try {
    await (gzip ? pipeline(whole, sent, createGunzip(), unpacked, out) : pipeline(whole, sent, unpacked, out));
    return { file, signature: signature.digest(), remove };
  } catch (error) {
    if (!out.closed) await new Promise<void>((resolve) => out.once('close', resolve)); // a file that is just being opened would come after its removal
    await remove();
    throw error instanceof VitrineError ? error : brokenOff(error);
  }
}

/** Removes what a process that was killed has left: bodies that are older than any request lasts. */
export async function sweepBodies(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < now - OLD_MS) await rm(file, { force: true });
  }
}

/** The body behind a stream of our own: a pipeline ends its streams at a failure, and the sender's connection has still to carry the answer. */
function entrance(body: Readable): PassThrough {
  const pass = new PassThrough();
  const cut = () => void (body.readableEnded || pass.destroy(new Error('broken off')));
  if (body.destroyed) cut();
  else body.once('close', cut).once('error', cut).pipe(pass);
  return pass;
}

/** Lets at most so many bytes through. */
function counted(most: number, look: (chunk: Buffer) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > most) return done(tooLarge(Math.floor(most / MEGABYTE)));
      look(chunk);
      done(null, chunk);
    },
  });
}
