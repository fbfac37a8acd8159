/** Entries of the period per account and subject. Numbers that can be large are decimal strings. */
export interface EntryCount {
  account: string;
  subject: number;
  entries: string;
  usable: string;
  /** Of both, those that cases remove; they tell that a source is there, and count nowhere. */
  excluded: string;
  excludedUsable: string;
  liveSource: number;
}
export interface SessionFigures {
  account: string;
  subject: number;
  sessions: string;
  skipped: string;
  platformViewers: string;
  identifiedViewers: string;
  seenEntries: string;
  views: string;
  eligibleBefore: string;
  earlier: string;
}
type CountsByAccount = [accounts: string[], counts: string[]];
export interface VisitorSums {
  subject: number;
  open: number;
  viewers: string;
  visits: string;
  showroom: string;
  showroomOn2Days: string;
  rolling: string;
  showroomVisits: string;
  showroomDwell: string;
  otherVisits: string;
  otherDwell: string;
  showroomByAccount: CountsByAccount;
  upperByAccount: CountsByAccount;
}

/** Where the figures of a scope come from: the entries themselves, or the roll-ups. */
export interface ShowroomReadings {
  /** Entries and sessions of the period, per account and subject; no row where there are none. */
  countsAndSessions(): Promise<{ entries: EntryCount[]; sessions: SessionFigures[] }>;
  /** Of the given accounts, when the first usable entry was kept, epoch ms; accounts without one are missing. */
  firstEntries(accounts: string[]): Promise<Map<string, number>>;
  /** What the viewers of the given accounts add up to; consecutive visitors by subject. */
  visitorsOf(accounts: string[]): Promise<{
    visitors: VisitorSums[];
    grabbers: { subject: number; grabbers: string }[];
    consecutive: Map<number, number>;
  }>;
}
