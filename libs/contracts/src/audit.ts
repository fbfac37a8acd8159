import type { Actor } from './actor';

/** Where an act came from. `address`: of the network, or the machine of a command line; null where nothing says so. */
export interface ActOrigin {
  address: string | null;
  /** Finds the lines of the log about the same request. */
  requestId: string | null;
  sessionId: string | null;
}

/** One act of a brand as it stands in the audit log: the `seq`-th, at an instant in ISO 8601. `hash` ends the chain up to it. */
export interface AuditAct {
  seq: number;
  at: string;
  actor: Actor;
  /** noun.verb */
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
  reason: string | null;
  origin: ActOrigin;
  hash: string;
}
