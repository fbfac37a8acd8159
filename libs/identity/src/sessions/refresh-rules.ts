/** A used refresh token that comes again so soon, from the same browser, is a second tab or a lost answer. */
export const GRACE_MS = 10_000;

const HOUR = 3_600_000;
/** Without being used for so long a session ends; and in any case after the second. */
export interface SessionTimes {
  idleMs: number;
  longestMs: number;
}

export const SESSION_TIMES: SessionTimes = { idleMs: 24 * HOUR, longestMs: 7 * 24 * HOUR };

/** A refresh token that was presented, with its session. Instants in epoch ms. */
export interface PresentedToken {
  usedAt: number | null;
  /** Browser and network that used it. */
  usedFrom: string | null;
  revokedAt: number | null;
  idleUntil: number;
  endsAt: number;
}

/**
 * What a refresh token leads to. `rotate`: it is spent and another takes its place. `repeat`: the same answer again. `over`: the session has ended.
 * `reuse`: somebody else has it; the whole family ends.
 */
export function judgeRefresh(token: PresentedToken, from: string, now: number): 'rotate' | 'repeat' | 'over' | 'reuse' {
  if (token.revokedAt !== null || token.endsAt <= now || token.idleUntil <= now) return 'over';
  if (token.usedAt === null) return 'rotate';
  return now - token.usedAt <= GRACE_MS && token.usedFrom === from ? 'repeat' : 'reuse';
}
