import type { Platform } from './platform';

/** How an assignment of a forwarding task stands: proved in time, proved after the deadline, no proof at the deadline, taken back, or still open. */
export const FORWARDING_STATES = ['assigned', 'done', 'late', 'missed', 'waived'] as const;
export type ForwardingState = (typeof FORWARDING_STATES)[number];

/** What is to be forwarded: a session, a video, or (without an id) the account's next broadcast. */
export const FORWARDED_KINDS = ['session', 'video', 'account'] as const;
export type ForwardedKind = (typeof FORWARDED_KINDS)[number];

/** Who forwards: an account of the matrix, or a member of a dealer's staff by the number that the dealer gives (never a phone number). */
export type Forwarder = { kind: 'account'; platform: Platform; accountId: string } | { kind: 'staff'; dealerId: string; staffId: string };

/** `douyin/0012` or `staff:D001/E17`. */
export const forwarderText = (forwarder: Forwarder): string =>
  forwarder.kind === 'account' ? `${forwarder.platform}/${forwarder.accountId}` : `staff:${forwarder.dealerId}/${forwarder.staffId}`;

/** One task: what to forward until when. Instants are ISO 8601 in UTC. */
export interface ForwardingTask {
  taskId: string;
  title: string;
  platform: Platform;
  accountId: string;
  contentKind: ForwardedKind;
  contentId: string | null;
  dueAt: string;
  createdAt: string;
}

/** What was handed in for an assignment, the newest of each link or text. Joins are as their source reports them; null is unknown. */
export interface ForwardingProof {
  forwardedAt: string;
  link: string | null;
  /** Reference of a screenshot or a text of the dealer's own, never a viewer's. */
  textReference: string | null;
  /** Entries that came by the forward, and the persons behind them. Shares are not asked for: they are no effect. */
  joins: number | null;
  joinUsers: number | null;
  joinSource: string | null;
  recordedAt: string;
}

/** One forwarder's part of a task. */
export interface ForwardingAssignment {
  forwarder: Forwarder;
  /** Dealer of the account when it was assigned, or of the member of staff. */
  dealerId: string | null;
  state: ForwardingState;
  assignedAt: string;
  /** The earliest forward that was proved. */
  forwardedAt: string | null;
  /** Sum over the proofs that tell it; null: none does. */
  joins: number | null;
  /** Persons do not add up: null where several proofs tell some. */
  joinUsers: number | null;
  waiveReason: string | null;
  proofs: ForwardingProof[];
}

export interface ForwardingTaskRow extends ForwardingTask {
  assignments: ForwardingAssignment[];
  counts: Record<ForwardingState, number>;
}

/** How one forwarder, or all of a dealer's, have done what they were asked. */
export interface ForwardingCompletion {
  level: 'forwarder' | 'dealer';
  forwarder: Forwarder | null;
  dealerId: string | null;
  name: string;
  counts: Record<ForwardingState, number>;
  /** Done ÷ (done + late + missed), four places; null while nothing is due. Late is not done, waived and open ones do not count. */
  completion: number | null;
  joins: number | null;
  /** Null where several assignments tell some: nobody knows who is the same person. */
  joinUsers: number | null;
  /** Assignments whose joins a source tells. */
  joinsKnown: number;
}
