import type { Platform } from '@app/contracts';
import type { CoverageMark } from './session-cursor';

/** Import kinds that collectors write. */
export const WRITTEN_KINDS = ['accounts', 'sessions', 'minutes', 'videos', 'video-days', 'followers', 'leads'] as const;
export type WrittenKind = (typeof WRITTEN_KINDS)[number];
export type CoverageKind = 'sessions' | 'videos' | 'followers' | 'leads';

export interface CollectedMark extends CoverageMark {
  platform: Platform;
  accountId: string;
  kind: CoverageKind;
  /** Epoch ms. */
  observedAt: number;
}

/** What a round has brought and is not written yet: one insert per kind serves all accounts, rather than one per account. */
export class CollectionBuffer {
  /** Newest start of a session, and newest day of a figure of days, among what came: for lag. */
  newestAt: number | null = null;
  newestDay: string | null = null;
  readonly rows = new Map<WrittenKind, object[]>();
  readonly marks: CollectedMark[] = [];
  private readonly marked = new Map<string, CollectedMark>();
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

  /** Takes over what another one holds. */
  take(other: CollectionBuffer): void {
    for (const [kind, rows] of other.rows) for (const row of rows) this.add(kind, row);
    for (const mark of other.marks) this.mark(mark);
  }

  /** Two products may look at one day of an account at the same instant: then it is as incomplete as the one that misses something says. */
  mark(mark: CollectedMark): void {
    const place = `${mark.platform} ${mark.accountId} ${mark.kind} ${mark.day} ${mark.observedAt}`;
    const known = this.marked.get(place);
    if (known) {
      known.complete &&= mark.complete;
      return;
    }
    const kept = { ...mark };
    this.marked.set(place, kept);
    this.marks.push(kept);
    this.count++;
  }

  clear(): void {
    this.rows.clear();
    this.marks.length = 0;
    this.marked.clear();
    this.count = 0;
  }
}
