interface Asked {
  slot: number;
  /** When the stream was last tried, as it was known then. */
  triedAt: number | null;
  /** Ms of whoever looks. */
  until: number;
}

/**
 * Slots that this process has asked the queue for, by job: behind a backlog each look would ask for thousands that the queue has. One is asked for again
 * when a job of its stream has ended since (it was read for an earlier slot), when a look did not come by it (nobody had a grant, or it was read by hand),
 * and after a while anyway: its job may have been lost.
 */
export class AskedSlots {
  private before = new Map<string, Asked>();
  private seen = new Map<string, Asked>();

  constructor(private readonly keepMs: number) {}

  /** A look begins. */
  begin(): void {
    this.before = this.seen;
    this.seen = new Map();
  }

  isAsked(id: string, { slot, triedAt }: Pick<Asked, 'slot' | 'triedAt'>, now: number): boolean {
    const known = this.before.get(id) ?? this.seen.get(id);
    if (!known || known.slot !== slot || known.triedAt !== triedAt || known.until <= now) return false;
    this.seen.set(id, known);
    return true;
  }

  add(id: string, { slot, triedAt }: Pick<Asked, 'slot' | 'triedAt'>, now: number): void {
    this.seen.set(id, { slot, triedAt, until: now + this.keepMs });
  }
}
