import { addDays, businessDay, dayStart } from '@app/contracts';
import type { ErrorClass } from '@app/database';
import { CircuitOpen, type CollectorAction, type PlatformError } from '@app/platforms';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const CLASSES: Readonly<Record<CollectorAction, ErrorClass>> = {
  retry: 'retry',
  'refresh-once': 'needs-user',
  'wait-next-day': 'wait-for-reset',
  'mark-revoked': 'needs-user',
  'stop-endpoint': 'needs-user',
  'stop-all': 'needs-user',
  gone: 'never',
  fail: 'never',
};

/** What an error asks for. A call that a product does not have is nobody's fault, and no repetition helps. */
export const errorClass = ({ action, wireCode }: Pick<PlatformError, 'action' | 'wireCode'>): ErrorClass =>
  wireCode === 'no such call' ? 'never' : CLASSES[action];

/** The platform is down, or out of reach: not this account's failure, however often it is tried. */
export const isDown = (error: PlatformError): boolean =>
  error instanceof CircuitOpen || error.wireCode === 'timeout' || error.wireCode === 'connection' || error.wireCode.startsWith('http 5');

const FIRST_MS = 30 * SECOND;
const LONGEST_MS = 30 * MINUTE;
/** So often in a row a stream is tried again before its job is given up; its next slot tries anew. */
export const TRIES = 12;

/** Full jitter over the upper half: `random` in [0, 1). */
export const backOffMs = (failures: number, random: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(20, Math.max(0, failures))) * (0.5 + random / 2);

export interface FailedTry {
  error: PlatformError;
  /** In a row, this one included. */
  failures: number;
  now: number;
  zone: string;
  /** In [0, 1). */
  random: number;
}

/** What becomes of a job after an error: `later` comes again at `at`; `end` leaves it to the schedule, not before `at`; `give-up` also onto the list of dead letters. */
export interface NextTry {
  then: 'later' | 'end' | 'give-up';
  at: number;
}

export function nextTry({ error, failures, now, zone, random }: FailedTry): NextTry {
  switch (errorClass(error)) {
    case 'retry': {
      if (failures > TRIES && !isDown(error)) return { then: 'give-up', at: now };
      const open = error instanceof CircuitOpen ? error.waitMs : 0;
      return { then: 'later', at: now + Math.max(backOffMs(failures - 1, random), open * (1 + random)) };
    }
    case 'wait-for-reset': {
      const tomorrow = dayStart(addDays(businessDay(now, zone), 1), zone);
      return { then: 'later', at: tomorrow + Math.floor(random * HOUR) };
    }
    case 'needs-user':
      return { then: 'end', at: now + Math.floor((6 + random) * HOUR) };
    default:
      // a missing call, or an answer that nobody understands, will be the same in an hour
      return { then: error.wireCode === 'no such call' ? 'end' : 'give-up', at: now + Math.floor((6 + random) * HOUR) };
  }
}
