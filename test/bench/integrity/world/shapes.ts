// What a generated world consists of. Nothing here knows a detector, and no detector may know this folder.

/** Counts that a platform tells of a session. */
export interface SessionTotals {
  views: number;
  uniqueViewers: number;
  peakConcurrent: number;
  averageConcurrent: number;
  watchSeconds: number;
  likes: number;
  comments: number;
  commenters: number;
  shares: number;
  follows: number;
  gifts: number;
  leads: number;
  paidViews: number;
}

/** One session: its totals and, minute by minute from its start, what the room showed. `missing` are minutes that no collector saw. */
export interface WorldSession extends SessionTotals {
  dealer: number;
  sessionId: string;
  /** Day of the world, 0 based. */
  day: number;
  /** Minutes after midnight. */
  startMinute: number;
  minutes: number;
  concurrent: Int32Array;
  minuteViews: Int32Array;
  minuteLikes: Int32Array;
  minuteComments: Int32Array;
  missing: ReadonlySet<number>;
}

export const HONEST = ['H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'H7', 'H8', 'H9', 'H10', 'H11', 'H12', 'H13', 'H14', 'H15', 'H16'] as const;
export type HonestCase = (typeof HONEST)[number];
export const ATTACKS = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9', 'A10', 'A11', 'A12', 'A13', 'A14', 'A15', 'A16'] as const;
export type Attack = (typeof ATTACKS)[number];
export const STRENGTHS = { weak: 0.15, medium: 0.4, strong: 1.5 } as const;
export type Strength = keyof typeof STRENGTHS;
/** naive: all at once and always alike; tuned: spread and varied; adaptive: within what the dealer's own days vary by, with some engagement bought too. */
export const STEALTHS = ['naive', 'tuned', 'adaptive'] as const;
export type Stealth = (typeof STEALTHS)[number];

/** What was done to a dealer's numbers, and by whom: the truth that a finding is compared with. */
export interface Injection {
  attacks: Attack[];
  strength: Strength;
  /** Share of the ranked metric that is added, as drawn; the world's strength unless parameters lie outside the usual ranges. */
  added: number;
  stealth: Stealth;
  /** It grows by 3 % of the metric a day instead of coming at once. */
  drips: boolean;
  fromDay: number;
  toDay: number;
  /** False where a rival did it (A15): inorganic, yet not the dealer's. */
  attributable: boolean;
  /** Sessions that were touched, with what was added to each. */
  sessions: Map<string, Partial<SessionTotals>>;
}

const DRIP_A_DAY = 0.03;
/** Share of the attacks that come as a slow drip. */
export const DRIPPING = 0.1;

/** What is added on a day. */
export const addedOn = ({ added, drips, fromDay }: Injection, day: number): number =>
  drips ? Math.min(added, DRIP_A_DAY * (day - fromDay + 1)) : added;

/** A declaration as a dealer or the brand files it. */
export interface WorldDeclaration {
  dealer: number | null;
  kind: 'paid' | 'raffle' | 'guest' | 'outage' | 'event';
  fromDay: number;
  toDay: number;
  /** Where hours are stated: milliseconds since the world's first midnight. Else whole days. */
  instants?: readonly [from: number, to: number];
  detail: string | null;
}

/** A dealer's account with all its days. */
export interface WorldDealer {
  dealer: number;
  platform: 'douyin' | 'kuaishou' | 'channels';
  /** First day with data: later than 0 for a new dealer. */
  firstDay: number;
  sessions: WorldSession[];
  /** Follower total at the end of each day; NaN before the first day. */
  followers: Float64Array;
  honest: HonestCase[];
  declarations: WorldDeclaration[];
  injection: Injection | null;
}
