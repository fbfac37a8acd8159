import type { Platform } from '@app/contracts';
import type { CoverageMark } from './session-cursor';

/** Import kinds that collectors write. */
export const WRITTEN_KINDS = ['accounts', 'sessions', 'videos', 'video-days', 'followers'] as const;
export type WrittenKind = (typeof WRITTEN_KINDS)[number];
export type CoverageKind = 'sessions' | 'videos' | 'followers';

export interface CollectedMark extends CoverageMark {
  platform: Platform;
  accountId: string;
  kind: CoverageKind;
  /** Epoch ms. */
  observedAt: number;
}

/** What a round has brought and is not written yet: one insert per kind serves all accounts, rather than one per account. */
export class CollectionBuffer {
  readonly rows = new Map<WrittenKind, object[]>();
  readonly marks: CollectedMark[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(kind: WrittenKind, row: object): void {
    const rows = this.rows.get(kind);
    if (rows) rows.push(row);
    else this.rows.set(kind, [row]);
    this.count++;
  }

  mark(mark: CollectedMark): void {
    this.marks.push(mark);
    this.count++;
  }

  clear(): void {
    this.rows.clear();
    this.marks.length = 0;
    this.count = 0;
  }
}
