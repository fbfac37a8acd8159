import { median, spread } from './robust';
import { historyOf, sizeClass, sizedSpread, sizedStrength, sizedTails, type SizedSpread, type SizedTails } from './size-class';
import { grouped } from '../grouped';

/** A share (0–1) of a session or an account's day, and how many units it is a share of. */
export interface SharedPart {
  account: string;
  size: number;
  share: number;
  /** Before what is judged: history, which alone says what is usual where there is enough of it. */
  past: boolean;
}

/** What is honest of a share: how much it differs between subjects of a size, and how far it goes, as JSON. */
export interface ShareReference {
  spread: SizedSpread;
  tails: SizedTails;
}

/** Observations of an account from which on its own median counts alone. */
const OWN = 6;
/** Shares differ at least by so much from day to day. */
const LEAST = 0.005;

/** Of an account: its history, or all where that is little. */
function known(own: readonly SharedPart[]): readonly SharedPart[] {
  const past = own.filter((part) => part.past);
  return past.length >= OWN ? past : own;
}

/** The usual share per account: its own median, drawn to that of all where there are few observations. */
export function usualShares(parts: readonly SharedPart[], all: SizedSpread): Map<string, number> {
  const usual = new Map<string, number>();
  for (const [account, own] of grouped(parts, (part) => part.account)) {
    const peers = median(own.map(({ size }) => all.centre[sizeClass(size)]));
    const weight = Math.min(1, own.length / OWN);
    usual.set(account, weight * median(known(own).map(({ share }) => share)) + (1 - weight) * peers);
  }
  return usual;
}

const scoreOf = ({ size, share }: SharedPart, usual: number, own: number, all: SizedSpread): number => {
  // a share of few is moved by chance: by a unit or two at least
  const chance = (1 + Math.sqrt(Math.max(0, usual) * size)) / Math.max(1, size);
  return (share - usual) / Math.max(LEAST, Math.hypot(chance, Math.max(own, all.spread[sizeClass(size)])));
};

/** Deviations of each observation above what the account usually shows, in units of how much honest ones differ. */
export function shareScores(parts: readonly SharedPart[], all: SizedSpread): number[] {
  const usual = usualShares(parts, all);
  const own = new Map(
    [...grouped(parts, (part) => part.account)].map(([account, shown]) => [account, spread(known(shown).map(({ share }) => share))]),
  );
  return parts.map((part) => scoreOf(part, usual.get(part.account)!, own.get(part.account)!, all));
}

/** Learnt from history where there is enough of it. */
export function shareReference(parts: readonly SharedPart[]): ShareReference {
  const honest = historyOf(parts, ({ past }) => past);
  const all = sizedSpread(honest.map(({ size, share }) => ({ size, value: share })));
  const scores = shareScores(honest, all);
  return { spread: all, tails: sizedTails(honest.map(({ size }, at) => ({ size, score: scores[at] }))) };
}

export interface JudgedShare {
  strength: number;
  score: number;
  usual: number;
}

export function judgeShares(parts: readonly SharedPart[], { spread: all, tails }: ShareReference): JudgedShare[] {
  const usual = usualShares(parts, all);
  return shareScores(parts, all).map((score, at) => ({
    strength: sizedStrength(tails, parts[at].size, score),
    score,
    usual: usual.get(parts[at].account)!,
  }));
}
