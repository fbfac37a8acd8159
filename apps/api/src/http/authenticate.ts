import type { Principal } from '@app/contracts';

/** Where a request comes from, for the log of sessions. */
export interface RequestOrigin {
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
}

/** Finds who a bearer token belongs to. Throws `unauthorized` for one that is unknown, expired, withdrawn or forged: the same error for all of these. */
export abstract class Authenticate {
  abstract principalOf(bearer: string, request: RequestOrigin): Promise<Principal>;
}
