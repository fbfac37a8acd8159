import { createWriteStream, mkdirSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import * as path from 'node:path';
import type { ImportKind } from '@app/contracts';
import type { Problem } from './problems';

/** One line of a rejects file. */
export interface RejectLine {
  file: string | null;
  line: number;
  field: string | null;
  /** The field's label in the catalogue. */
  label: { zh: string; en: string } | null;
  code: string;
  reason: { zh: string; en: string };
  remedy: { zh: string; en: string };
}

/** Rejects that a result carries itself; the file has all. */
const SAMPLE = 20;

/** Writes rejected rows to `<dataDir>/rejects/<kind>-<delivery>.ndjson`, made at the first one: where and why, never a value. */
export class Rejects {
  count = 0;
  readonly sample: RejectLine[] = [];
  private stream: WriteStream | null = null;
  private failure: Error | null = null;

  constructor(
    private readonly kind: ImportKind,
    private readonly file: string | null,
    /** Where to write; null keeps only the sample. */
    private readonly out: string | null,
  ) {}

  get path(): string | null {
    return this.stream ? this.out : null;
  }

  /** Answers a promise when the caller has to wait for the disk. */
  add(line: number, field: string | null, problem: Problem): Promise<void> | null {
    this.count++;
    const label = this.kind.fields.find(({ name }) => name === field)?.label ?? null;
    const reject: RejectLine = { file: this.file, line, field, label, code: problem.code, reason: problem.reason, remedy: problem.remedy };
    if (this.sample.length < SAMPLE) this.sample.push(reject);
    if (this.out === null) return null;
    if (!this.stream) {
      mkdirSync(path.dirname(this.out), { recursive: true, mode: 0o700 });
      this.stream = createWriteStream(this.out, { mode: 0o600 });
      this.stream.on('error', (error) => (this.failure = error));
    }
    const { stream } = this;
    if (this.failure || stream.write(`${JSON.stringify(reject)}\n`)) return null;
    return new Promise((resolve) => stream.once('drain', resolve).once('error', () => resolve()));
  }

  async close(): Promise<void> {
    if (!this.stream) return;
    if (!this.failure) {
      this.stream.end();
      await finished(this.stream).catch(() => undefined);
    }
    if (this.failure) throw this.failure;
  }
}
