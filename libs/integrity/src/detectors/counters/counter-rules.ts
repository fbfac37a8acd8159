import type { Bilingual } from '@app/contracts';
import { median } from '../../calibration/robust';
import type { MinuteShape } from '../../facts/minute-shapes.reader';
import type { SessionTotals } from '../../facts/session-totals.reader';

/** A session whose counters do what counters do not do by themselves. `size`: how badly, a logarithm of a ratio. */
export interface SessionBreach {
  session: SessionTotals;
  size: number;
  figure: string;
  told: number;
  expected: number | null;
  text: Bilingual;
}

/** Two ways of counting the same may differ so far. */
const TOLERANCE = 0.05;
const LEAST = 50;
const COVERED = 0.9;
const LEAST_HISTORY = 3;

/**
 * Totals above the sum of their minutes, beyond what is usual for the account: sources that count the minutes otherwise do so always. `before`:
 * sessions until then are the usual ones, epoch ms. Minutes that a collector has missed explain their share; a total
 * below the minutes is what a platform has taken back. Pure.
 */
export function totalsAgainstMinutes(
  sessions: readonly SessionTotals[],
  shapes: ReadonlyMap<string, MinuteShape>,
  before: number,
): SessionBreach[] {
  const measured = sessions.flatMap((session) => {
    const shape = shapes.get(session.sessionId);
    if (!shape || session.to === null || (shape.minutes ?? 0) * 60_000 < COVERED * (session.to - session.from)) return [];
    const missed = Math.max(0, -Math.log(((shape.minutes ?? 0) * 60_000) / (session.to - session.from)));
    return [
      {
        session,
        missed,
        ratios: (['views', 'likes', 'comments'] as const).map((figure) => ratioOf(session[figure], shape[`${figure}Sum`])),
      },
    ];
  });
  const usual = [0, 1, 2].map((at) => {
    const known = measured.filter(({ session, ratios }) => session.from < before && ratios[at] !== null).map(({ ratios }) => ratios[at]!);
    return known.length < LEAST_HISTORY ? 0 : median(known);
  });
  return measured.flatMap(({ session, missed, ratios }) => {
    const [worst] = ratios
      .flatMap((ratio, at) => (ratio === null ? [] : [{ size: ratio - usual[at] - missed, at }]))
      .sort((a, b) => b.size - a.size);
    if (!worst || worst.size <= TOLERANCE) return [];
    const figure = (['views', 'likes', 'comments'] as const)[worst.at];
    const name = { views: { zh: '观看', en: 'views' }, likes: { zh: '点赞', en: 'likes' }, comments: { zh: '评论', en: 'comments' } }[
      figure
    ];
    const sum = shapes.get(session.sessionId)![`${figure}Sum`];
    return [
      {
        session,
        size: worst.size,
        figure: `edited${figure[0].toUpperCase()}${figure.slice(1)}`,
        told: session[figure]!,
        expected: sum === null ? null : Math.round(sum * Math.exp(usual[worst.at])),
        text: {
          zh: `${name.zh}总数 ${session[figure]} 与逐分钟之和 ${sum} 不符，超出该账号一贯的差异`,
          en: `The total of ${name.en}, ${session[figure]}, is not the sum of its minutes, ${sum}, beyond what is usual for the account`,
        },
      },
    ];
  });
}

const ratioOf = (total: number | null, sum: number | null): number | null =>
  total === null || sum === null || total < LEAST || sum < 1 ? null : Math.log(total / sum);

/** Sessions of an account that repeat an earlier one figure by figure: nobody has the same evening twice. Pure. */
export function duplicatedSessions(sessions: readonly SessionTotals[]): SessionBreach[] {
  const seen = new Map<string, SessionTotals>();
  return sessions.flatMap((session) => {
    const { views, likes, comments, peak_concurrent: peak, follows } = session;
    if ((views ?? 0) < 100 || (likes ?? 0) + (comments ?? 0) < 20) return [];
    const figures = [views, likes, comments, peak, follows];
    if (figures.filter((figure) => figure !== null).length < 4) return [];
    const key = figures.join('/');
    const first = seen.get(key);
    if (!first) {
      seen.set(key, session);
      return [];
    }
    return [
      {
        session,
        size: 1,
        figure: 'editedCopy',
        told: views!,
        expected: null,
        text: {
          zh: `各项数据与 ${new Date(first.from).toISOString().slice(0, 10)} 的场次 ${first.sessionId} 完全相同`,
          en: `Every figure is that of session ${first.sessionId} of ${new Date(first.from).toISOString().slice(0, 10)}`,
        },
      },
    ];
  });
}
