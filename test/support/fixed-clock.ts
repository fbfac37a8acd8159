import { Clock } from '@app/config';

/** A clock that stands still at an instant (with a zone). */
export class FixedClock extends Clock {
  constructor(private readonly instant: string) {
    super();
  }

  now(): number {
    return Date.parse(this.instant);
  }
}
