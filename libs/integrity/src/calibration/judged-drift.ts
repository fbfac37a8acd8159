import { setImmediate as turn } from 'node:timers/promises';
import type { Bilingual, NotAssessable } from '@app/contracts';
import type { DetectorScope, ScannedAccount } from '../detector';
import { type Common, type DriftPlan, type Residual, type Series, type Split, commonOf, residualsOf, splitOf } from './drift';
import { type GrowthCurve, growthCurves, withoutGrowth } from './growth';
import { type HonestTail, honestTail, strengthOf, strengthOfLooks } from './tail';
import { type Claim, type Unit, type UnitKind, unitEffect, unitScore, unitsOf } from './units';
import { type ScoredUnits, watchedClaims } from '../watch';

/** A detector that compares accounts with their own past. */
export interface DriftDetector<Learned = null> extends DriftPlan {
  name: string;
  units: readonly UnitKind[];
  /** Place of the growth of views among the values: what honest growth brings to the others is then taken off. */
  growth?: number;
  /** A history that never changes is the usual one (shares of 0), not a sign that nothing is measured. */
  constantIsUsual?: boolean;
  /** What honest trial observations teach beside their tails, as JSON. */
  learn(trial: readonly Residual[]): Learned;
  claims(learned: Learned): Claim[];
  read(scope: DetectorScope, accounts: readonly ScannedAccount[]): Promise<Series[]>;
}

/** A unit that stands out by one of the claims. */
export interface JudgedUnit {
  series: Series;
  unit: Unit;
  claim: Claim;
  score: number;
  /** Of the claim alone: share of honest units below it. */
  honestQuantile: number;
  strength: number;
  /** Mean shift, on the scale of the values. */
  effect: number;
}

interface Reference<Learned> {
  split: Split;
  common: Common;
  /** By value; null: nothing is taken off. */
  curves: (GrowthCurve | null)[] | null;
  learned: Learned;
  tails: Record<string, HonestTail>;
  /** What the best of all claims pays for having been looked for: as many looks as honest units make of them. Absent: as many as there are. */
  looks?: Partial<Record<'session' | 'week', number>>;
}

const tailKey = (claim: string, kind: UnitKind, size: string): string => `${claim}/${kind}/${size}`;

/** So many accounts, spread over all, tell how far honest ones go: tens of thousands of sessions. */
const TRIALS = 1500;
/** Accounts that are judged before others have a turn: a statement that waits for longer than the store keeps a connection is lost, and so is whoever asks the same process. */
const AT_ONCE = 100;
/** A size class with fewer honest scores is judged by all. */
const OWN_TAIL = 300;
/** One unit of a session is found among so many that only the strange ones are told. */
const FLOORS: Readonly<Record<UnitKind, number>> = { session: 0.995, week: 0.9, weeks: 0.9 };

const NO_HISTORY: Bilingual = {
  zh: '自身历史不足，无法比较',
  en: 'Too little own history to compare with',
};
const NOTHING: Bilingual = { zh: '窗口内没有足够的场次', en: 'Too few sessions in the window' };
const CONSTANT: Bilingual = { zh: '历史数值恒定不变，无从衡量波动', en: 'The history never changes: there is no measure of its noise' };

/** Units of the asked accounts that stand out against their own past, by the measure of honest peers; and accounts without a past. */
export async function judgeDrift<Learned>(
  scope: DetectorScope,
  detector: DriftDetector<Learned>,
): Promise<{ judged: JudgedUnit[]; notAssessable: Omit<NotAssessable, 'detector'>[] }> {
  const end = scope.judgedFrom;
  let all: Series[] | null = null;
  const reference = await scope.reference<Reference<Learned>>(`drift.${detector.name}`, async () => {
    all = await detector.read(scope, scope.peers);
    await turn();
    return referenceOf(detector, all, splitOf(scope.historyFrom, end));
  });
  const claims = detector.claims(reference.learned);
  const judged: JudgedUnit[] = [];
  const notAssessable: Omit<NotAssessable, 'detector'>[] = [];
  const seen = new Set<string>();
  const watched: ScoredUnits[] = [];
  const asked =
    all !== null && scope.accounts.length === scope.peers.length ? (all as Series[]) : await detector.read(scope, scope.accounts);
  for (const [at, series] of asked.entries()) {
    if (at % AT_ONCE === 0) await turn();
    const residuals = residualsOf(detector, series, reference.common, { baseEnd: end, from: end, to: scope.window.to });
    seen.add(series.accountKey);
    const reason =
      residuals === null
        ? NO_HISTORY
        : residuals.length === 0
          ? NOTHING
          : !detector.constantIsUsual && isConstant(series, end)
            ? CONSTANT
            : null;
    if (reason) notAssessable.push({ subject: accountSubject(scope, series), reason });
    else {
      const honest = ungrown(detector, reference, residuals!);
      judged.push(...standingOut(detector, claims, reference, series, honest));
      if (scope.watch) watched.push(...scoredUnits(detector, claims, reference, series, honest));
    }
  }
  scope.watch?.judged(watchedClaims(watched));
  for (const { key, platform, accountId } of scope.accounts)
    if (!seen.has(key)) notAssessable.push({ subject: { kind: 'account', platform, accountId }, reason: NOTHING });
  return { judged, notAssessable };
}

/** What honest peers look like, learnt from the trial part of all histories. Pure. */
export function referenceOf<Learned>(detector: DriftDetector<Learned>, all: readonly Series[], split: Split): Reference<Learned> {
  const common = commonOf(detector, all, split);
  const step = Math.ceil(all.length / TRIALS);
  const raw = all
    .filter((_, at) => at % step === 0)
    .map((series) => ({
      series,
      residuals: residualsOf(detector, series, common, { baseEnd: split.trialFrom, from: split.trialFrom, to: split.end }) ?? [],
    }));
  const curves =
    detector.growth === undefined
      ? null
      : growthCurves(
          raw.flatMap(({ residuals }) => residuals),
          detector.features.length,
          detector.growth,
        );
  const trials = raw.map(({ series, residuals }) => ({ series, residuals: ungrown(detector, { curves }, residuals) }));
  const learned = detector.learn(trials.flatMap(({ residuals }) => residuals));
  const claims = detector.claims(learned);
  const scores = new Map<string, number[]>();
  for (const { series, residuals } of trials) {
    const keys = new Map(
      detector.units.map((kind) => [kind, claims.map(({ name }) => [tailKey(name, kind, series.size), tailKey(name, kind, 'all')])]),
    );
    for (const unit of unitsOf(residuals, detector.units))
      claims.forEach((claim, at) => {
        const score = unitScore(unit, claim);
        if (score === null) return;
        for (const key of keys.get(unit.kind)![at]) {
          const list = scores.get(key);
          if (list) list.push(score);
          else scores.set(key, [score]);
        }
      });
  }
  const tails = Object.fromEntries([...scores].map(([key, list]) => [key, honestTail(list)]));
  const looks = {
    session: looksOf(detector.units.filter((kind) => kind === 'session')),
    week: looksOf(detector.units.filter((kind) => kind !== 'session')),
  };
  return { split, common, curves, learned, tails, looks };

  /** Claims go together, so that the best of eight is not eight looks: measured on the trial units, by the tails made of them. */
  function looksOf(kinds: readonly UnitKind[]): number {
    const most = claims.length * kinds.length;
    const best = trials.flatMap(({ series, residuals }) => bestShares(claims, tails, kinds, series, residuals));
    // a week is looked at by its sessions and as a whole: whoever takes the better of both has looked twice
    return Math.min(most, LOOKED_AT_TWICE * effectiveLooks(best, most));
  }
}

/** Of each session or week of one account: the smallest share of honest units that any claim gives it. */
function bestShares(
  claims: readonly Claim[],
  tails: Record<string, HonestTail>,
  kinds: readonly UnitKind[],
  series: Series,
  residuals: readonly Residual[],
): number[] {
  const best = new Map<string | number, number>();
  for (const unit of unitsOf(residuals, kinds)) {
    const key = unit.kind === 'session' ? unit.residuals[0].observation.item : unit.week;
    for (const claim of claims) {
      const score = unitScore(unit, claim);
      if (score === null) continue;
      const share = score <= 0 ? 1 : 1 - strengthOf(tailOf(tails, claim.name, unit.kind, series.size), score);
      best.set(key, Math.min(best.get(key) ?? 1, share));
    }
  }
  return [...best.values()];
}

const LOOKED_AT_TWICE = 2;
/** Shares at which looks are counted, and units that have to lie beyond one. */
const COUNTED = [0.02, 0.01, 0.005, 0.002];
const ENOUGH_BEYOND = 20;

/** How many independent looks the best of several is worth: how much more often than one look it is as rare as that. Pure. */
export function effectiveLooks(best: readonly number[], most: number): number {
  const found = COUNTED.flatMap((share) => {
    const beyond = best.filter((one) => one <= share).length;
    return beyond >= ENOUGH_BEYOND ? [beyond / (share * best.length)] : [];
  });
  return found.length === 0 ? most : Math.min(most, Math.max(1, ...found));
}

function ungrown(
  { growth }: { growth?: number },
  { curves }: { curves: (GrowthCurve | null)[] | null },
  residuals: readonly Residual[],
): readonly Residual[] {
  return growth === undefined || curves === null ? residuals : residuals.map((one) => withoutGrowth(one, curves, growth));
}

/** Per session, and per week, the claim that stands out most. Pure. */
export function standingOut<Learned>(
  detector: DriftDetector<Learned>,
  claims: readonly Claim[],
  { tails, looks }: Pick<Reference<Learned>, 'tails' | 'looks'>,
  series: Series,
  residuals: readonly Residual[],
): JudgedUnit[] {
  const looksAt = (kind: UnitKind): number =>
    kind === 'session'
      ? (looks?.session ?? claims.length)
      : (looks?.week ?? claims.length * detector.units.filter((one) => one !== 'session').length);
  const tailsOf = new Map(detector.units.map((kind) => [kind, claims.map(({ name }) => tailOf(tails, name, kind, series.size))]));
  const best = new Map<string, JudgedUnit>();
  for (const unit of unitsOf(residuals, detector.units))
    claims.forEach((claim, at) => {
      const score = unitScore(unit, claim);
      if (score === null || score <= 0) return;
      const honestQuantile = strengthOf(tailsOf.get(unit.kind)![at], score);
      const strength = strengthOfLooks(honestQuantile, looksAt(unit.kind));
      if (strength < FLOORS[unit.kind]) return;
      const effect = unitEffect(unit, claim);
      const key = unit.kind === 'session' ? unit.residuals[0].observation.item : `week ${unit.week}`;
      if (effect !== null && strength > (best.get(key)?.strength ?? 0))
        best.set(key, { series, unit, claim, score, honestQuantile, strength, effect });
    });
  return [...best.values()];
}

/** What every claim says of every unit, beside the trial part of the own history: for whoever looks at one account. */
function scoredUnits<Learned>(
  detector: DriftDetector<Learned>,
  claims: readonly Claim[],
  reference: Reference<Learned>,
  series: Series,
  residuals: readonly Residual[],
): ScoredUnits[] {
  const { common, split, tails } = reference;
  const trial = residualsOf(detector, series, common, { baseEnd: split.trialFrom, from: split.trialFrom, to: split.end }) ?? [];
  const past = ungrown(detector, reference, trial);
  const scoresOf = (some: readonly Residual[], kind: UnitKind, claim: Claim) =>
    unitsOf(some, [kind]).flatMap((unit) => {
      const score = unitScore(unit, claim);
      return score === null ? [] : [{ unit, score }];
    });
  return detector.units.flatMap((kind) =>
    claims.map((claim) => ({
      ...{ claim, kind, tail: tailOf(tails, claim.name, kind, series.size), window: scoresOf(residuals, kind, claim) },
      past: scoresOf(past, kind, claim).map(({ score }) => score),
    })),
  );
}

/** The tail of the size class where it was seen often enough, else of all. */
function tailOf(tails: Record<string, HonestTail>, claim: string, kind: UnitKind, size: string): HonestTail {
  const own = tails[tailKey(claim, kind, size)];
  return own && own.n >= OWN_TAIL ? own : (tails[tailKey(claim, kind, 'all')] ?? { n: 0, quantiles: [], scale: 1 });
}

/** A history of which no value ever changes. */
function isConstant({ observations }: Series, end: number): boolean {
  const before = observations.filter(({ from }) => from < end);
  return before.length > 1 && before.every(({ values }) => values.every((value, at) => value === before[0].values[at]));
}

function accountSubject(scope: DetectorScope, { accountKey, platform }: Series): NotAssessable['subject'] {
  return { kind: 'account', platform, accountId: scope.accountOf(accountKey)?.accountId ?? '' };
}
