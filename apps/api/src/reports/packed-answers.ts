import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packRows, type Report } from '@app/contracts';

const zipped = promisify(gzip);
/** Below this a packet of the network holds it anyhow. */
const LEAST_BYTES = 1_024;

/** What proves a figure and is no figure that a list shows: exact fractions, and of what several figures of a part are made. Explanations of a figure tell these; without them an answer is half as long. */
const PROOFS: ReadonlySet<string> = new Set(['scoreExact', 'percentileExact', 'components']);

interface Packed {
  meta: string;
  json: Buffer;
  gzip: Promise<Buffer> | null;
}

/**
 * Reports as bytes: packed, and zipped once for everybody for as long as the rows are remembered (they are the same array then). An answer of 5,000 rows otherwise costs the process a
 * fifth of a second each time that somebody opens the page.
 */
export class PackedAnswers {
  private readonly known = new WeakMap<readonly object[], Packed>();

  async of({ rows, meta }: Report<object>, accepted: string | string[] | undefined): Promise<{ body: Buffer; encoding: 'gzip' | null }> {
    const text = JSON.stringify(meta);
    let packed = this.known.get(rows);
    if (packed?.meta !== text) {
      const json = Buffer.from(`{"meta":${text},"packed":${JSON.stringify(packRows(rows, PROOFS))}}`);
      this.known.set(rows, (packed = { meta: text, json, gzip: null }));
    }
    if (packed.json.length < LEAST_BYTES || !/\bgzip\b/.test(String(accepted))) return { body: packed.json, encoding: null };
    return { body: await (packed.gzip ??= zipped(packed.json)), encoding: 'gzip' };
  }
}
