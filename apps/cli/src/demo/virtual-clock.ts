import { Clock } from '@app/config';

/** The clock of the demo's collection: stands at the instant of the round that is replayed. */
export class VirtualClock extends Clock {
  private instant = 0;

  set(instant: number): void {
    this.instant = instant;
  }

  now(): number {
    return this.instant;
  }
}
