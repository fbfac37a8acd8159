import type { Bilingual, Brand, ImportKind } from '@app/contracts';
import type { StateKind, StateRows } from '@app/database';
import { StateWriter } from '@app/database';
import type { IngestStores } from './import-request';
import { Rejected, foreignProblem } from './problems';
import type { ParsedRow } from './row-parser';
import { stateRow } from './state-mapping';
import type { Target } from './target';

/** State of a brand is small: rows go to the store in calls of this many, so that rows of one file can depend on each other. */
const CHUNK_ROWS = 20_000;

/** Rows of a state kind: shaped, written by the state store, which may refuse some of them. */
export class StateTarget implements Target {
  private readonly kind: StateKind;
  private readonly writer: StateWriter;
  private rows: StateRows[StateKind][] = [];
  private lines: number[] = [];
  private readonly total = { accepted: 0, replaced: 0, unchanged: 0 };
  private readonly said: Bilingual[] = [];

  constructor(
    stores: IngestStores,
    private readonly brand: Brand,
    kind: ImportKind,
    private readonly dryRun: boolean,
    private readonly reject: (line: number, reject: Rejected) => Promise<void> | null,
  ) {
    this.kind = kind.name as StateKind;
    this.writer = new StateWriter(stores.dataSource, stores.secret, stores.actor);
  }

  add(line: number, row: Record<string, unknown>): Promise<void> | Rejected | null {
    const shaped = stateRow(this.kind, row as ParsedRow);
    if (shaped instanceof Rejected) return shaped;
    this.rows.push(shaped);
    this.lines.push(line);
    return this.rows.length >= CHUNK_ROWS ? this.write() : null;
  }

  async finish(): Promise<{ accepted: number; replaced: number }> {
    await this.write();
    return this.total;
  }

  notes(): Promise<Bilingual[]> {
    return Promise.resolve(this.said);
  }

  private async write(): Promise<void> {
    const { rows, lines } = this;
    this.rows = [];
    this.lines = [];
    if (rows.length === 0) return;
    const result = await this.writer.upsert(this.kind, this.brand.brandId, rows, this.dryRun);
    this.total.accepted += result.accepted;
    this.total.replaced += result.replaced;
    this.said.push(...(result.notes ?? []));
    for (const { index, field, text } of [...result.rejected].sort((a, b) => a.index - b.index))
      await this.reject(lines[index], new Rejected(foreignProblem(text, undefined), field === '' ? null : field));
  }
}
