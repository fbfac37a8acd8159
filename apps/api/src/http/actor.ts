import type { Actor } from '@app/contracts';
import { askerOf } from './asker';

/** Who does what a request asks for. Throws internal for a request that no guard has let through. */
export const actorOf = (request: unknown): Actor => askerOf(request).actor;
