import type { Platform } from '@app/contracts';
import { PlatformError } from '../platform-error';

/** The platform has not answered for a while: nothing was sent. Worth a try after `waitMs`. */
export class CircuitOpen extends PlatformError {
  constructor(
    platform: Platform,
    endpoint: string,
    readonly waitMs: number,
  ) {
    super(platform, 'retry', 'circuit open', endpoint);
    this.name = 'CircuitOpen';
  }
}
