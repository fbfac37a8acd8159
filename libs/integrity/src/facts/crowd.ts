import { logOf } from '../calibration/logarithms';
import { median, spread } from '../calibration/robust';
import type { SessionTotals } from './session-totals.reader';

/** What people do of their own accord. Whoever fakes one or two of them moves these; a public moves all. */
const REACTIONS = ['likes', 'comments', 'shares', 'follows', 'leads'] as const;
/** So many kinds have to rise together, however many are known: platforms tell four of a session, or two, and a middle of four is moved by two that were bought. */
const LEAST_KINDS = 3;
const LEAST_HISTORY = 8;
/** A kind of reaction has risen only by what lies beyond so many of its own spreads. */
const BEYOND = 1.5;
/** Kinds of reactions differ from evening to evening at least by so much, as a logarithm. */
const LEAST_SPREAD = 0.1;
/** Strangers react at least so much as the own audience. */
const REACTIVITY = 0.25;
/** Of more than nine views of ten nothing is explained. */
const MOST = Math.log(10);

/**
 * How far a crowd explains that the figures of a session lie off, by session: a repost, a hit or a guest brings strangers, and strangers stay and react less; but they do react. Where three kinds of
 * reactions have risen together, beyond what they do in this room, at most four strangers came for each of the own audience whom these reactions would stand for. As a logarithm, as for declared bought
 * views: −ln(1 − share of the strangers); 0: nothing is explained. `before`: until when sessions are history (epoch ms). Pure.
 */
export function crowdLeeway(sessions: readonly SessionTotals[], before: number): Map<string, number> {
  const past = sessions.filter(({ from }) => from < before);
  const usual = REACTIONS.map((kind) => {
    const known = past.map((one) => logOf(one[kind])).filter((value) => value !== null);
    if (known.length < LEAST_HISTORY) return null;
    const middle = median(known);
    return { middle, spread: Math.max(LEAST_SPREAD, spread(known, middle)) };
  });
  const found = new Map<string, number>();
  for (const one of sessions) {
    const risen = REACTIONS.flatMap((kind, at) => {
      const own = usual[at];
      const value = logOf(one[kind]);
      return own === null || value === null ? [] : [value - own.middle - BEYOND * own.spread];
    });
    const shared = risen.sort((a, b) => b - a).at(LEAST_KINDS - 1) ?? 0;
    if (shared > 0) found.set(one.sessionId, Math.min(MOST, Math.log1p(Math.expm1(shared) / REACTIVITY)));
  }
  return found;
}
