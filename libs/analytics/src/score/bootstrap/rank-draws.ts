import { SCORE_PARTS } from '@app/contracts';
import { PeerGroups, peerGroups } from '../peer-groups';
import type { ScorePolicy } from '../score';
import { DrawableItems, Items, drawSums, drawable } from './drawn-items';
import { RandomStream, Seed, seedOf } from './random-stream';

/** What of one account or dealer is drawn again. Null: the part is unknown, in every draw. */
export interface DrawnSubject {
  id: string;
  /** Peer groups, narrowest first. */
  ladder: readonly string[];
  /** Showroom visitors, and whether they are a known part of the score. */
  showroomVisitors: number;
  knowsShowroom: boolean;
  /** Viewers of the loyal share who are no showroom visitors. */
  otherViewers: number | null;
  /** Visits and seconds of showroom visitors and of the others; a number: the ratio does not vary, for nothing is known of single viewers. */
  dwell: { showroom: Items; others: Items } | number | null;
  /** Value, reactions, reach of sessions and of days of videos. */
  exposure: readonly Items[];
  /** Value, reactions and reach that no session or video brings, in every draw. */
  fixed: readonly [value: number, reactions: number, reach: number];
  knowsValue: boolean;
  knowsEngagement: boolean;
  /** Business days with a session: each stands for its longest one. */
  liveDays: number | null;
  growth: number | null;
}

/** Places in SCORE_PARTS of the seven columns. */
const COLUMNS = ['showroom', 'value', 'loyalty', 'loyalty', 'engagement', 'cadence', 'growth'] as const;
const [SHOWROOM, VALUE, SHARE, DWELL, ENGAGEMENT, CADENCE, GROWTH] = COLUMNS.keys();
const PART_OF = COLUMNS.map((part) => SCORE_PARTS.indexOf(part));

interface ReadySubject extends Omit<DrawnSubject, 'dwell' | 'exposure'> {
  seed: Seed;
  dwell: { showroom: DrawableItems; others: DrawableItems } | number | null;
  exposure: DrawableItems[];
}

/** Who is measured in a group in one column, and everyone whom it is made of. */
interface MeasuredGroup {
  members: Int32Array;
  askers: Int32Array;
  /** Values of a draw, in order. */
  sorted: Float64Array;
}

/**
 * Scores of draws: values, percentiles and scores of all subjects are made anew in each, since peers vary as well. A subject's values of a draw are decided by
 * the seed, its id and the number of the draw: who else is there, and in which order, changes none.
 */
export class ScoreDraws {
  private readonly subjects: ReadySubject[];
  private readonly weights: number[];
  private readonly values: Float64Array[];
  private readonly percentiles: Float64Array[];
  private readonly measured: MeasuredGroup[][];
  private readonly random = new RandomStream();
  private readonly exposed = new Float64Array(3);
  private readonly dwelt = new Float64Array(2);

  constructor(
    subjects: readonly DrawnSubject[],
    policy: ScorePolicy,
    private readonly seed: string,
  ) {
    this.subjects = subjects.map((subject) => this.ready(subject));
    this.weights = SCORE_PARTS.map((part) => policy.weights[part]);
    this.values = COLUMNS.map(() => new Float64Array(subjects.length));
    this.percentiles = COLUMNS.map(() => new Float64Array(subjects.length));
    const groups = peerGroups(subjects.map(({ ladder }) => ladder));
    const known = this.knownColumns(subjects);
    this.measured = COLUMNS.map((_, column) => measuredGroups(groups, known[column], policy.minPeers));
    for (const [place, { growth }] of subjects.entries()) this.values[GROWTH][place] = growth ?? NaN;
    measure(this.measured[GROWTH], this.values[GROWTH], this.percentiles[GROWTH]); // the same in every draw
  }

  /** Scores of one draw, 0–100; NaN where nothing is known. */
  scores(draw: number): Float64Array {
    this.fill(draw);
    for (let column = 0; column < GROWTH; column++) measure(this.measured[column], this.values[column], this.percentiles[column]);
    return Float64Array.from(this.subjects.keys(), (place) => this.score(place));
  }

  private ready(subject: DrawnSubject): ReadySubject {
    const { dwell } = subject;
    return {
      ...subject,
      seed: seedOf(`${this.seed} ${subject.id}`),
      dwell: dwell === null || typeof dwell === 'number' ? dwell : { showroom: drawable(dwell.showroom), others: drawable(dwell.others) },
      exposure: subject.exposure.map(drawable),
    };
  }

  private knownColumns(subjects: readonly DrawnSubject[]): boolean[][] {
    const ofColumn: ((subject: DrawnSubject) => boolean)[] = [];
    ofColumn[SHOWROOM] = (subject) => subject.knowsShowroom;
    ofColumn[VALUE] = (subject) => subject.knowsValue;
    ofColumn[SHARE] = (subject) => subject.otherViewers !== null;
    ofColumn[DWELL] = (subject) => subject.dwell !== null;
    ofColumn[ENGAGEMENT] = (subject) => subject.knowsEngagement;
    ofColumn[CADENCE] = (subject) => subject.liveDays !== null;
    ofColumn[GROWTH] = (subject) => subject.growth !== null;
    return ofColumn.map((isKnown) => subjects.map(isKnown));
  }

  /** Values of one draw; NaN: unknown in it. */
  private fill(draw: number): void {
    const { random, values, exposed, dwelt } = this;
    for (const [place, subject] of this.subjects.entries()) {
      random.seed(subject.seed, draw);
      const visitors = random.poisson(subject.showroomVisitors);
      values[SHOWROOM][place] = subject.knowsShowroom ? visitors : NaN;
      const others = subject.otherViewers === null ? NaN : random.poisson(subject.otherViewers);
      values[SHARE][place] = visitors + others > 0 ? visitors / (visitors + others) : NaN;
      values[DWELL][place] = this.dwellRatio(subject, visitors, dwelt);
      exposed.set(subject.fixed);
      for (const items of subject.exposure) drawSums(items, random, exposed);
      const [value, reactions, reach] = exposed;
      values[VALUE][place] = subject.knowsValue ? value : NaN;
      values[ENGAGEMENT][place] = subject.knowsEngagement && reach > 0 ? Math.max(0, reactions) / reach : NaN;
      values[CADENCE][place] = subject.liveDays === null ? NaN : random.poisson(subject.liveDays);
    }
  }

  /** (seconds ÷ visits of showroom visitors) ÷ (the same of the others); unknown where a side is empty in the draw. */
  private dwellRatio({ dwell }: ReadySubject, visitors: number, into: Float64Array): number {
    if (dwell === null || typeof dwell === 'number') return dwell ?? NaN;
    into.fill(0);
    drawSums(dwell.showroom, this.random, into, visitors);
    const [visits, seconds] = into;
    into.fill(0);
    drawSums(dwell.others, this.random, into);
    if (visits <= 0 || seconds <= 0 || into[0] <= 0 || into[1] <= 0) return NaN;
    return seconds / visits / (into[1] / into[0]);
  }

  private score(place: number): number {
    let [weighted, weight] = [0, 0];
    for (let part = 0, column = 0; part < this.weights.length; part++) {
      let [sum, count] = [0, 0];
      for (; PART_OF[column] === part; column++) {
        const percentile = this.percentiles[column][place];
        if (Number.isNaN(percentile)) continue;
        sum += percentile;
        count += 1;
      }
      if (count === 0) continue;
      weighted += (this.weights[part] * sum) / count;
      weight += this.weights[part];
    }
    return weight === 0 ? NaN : (100 * weighted) / weight;
  }
}

function measuredGroups({ names, ladder, from }: PeerGroups, isKnown: readonly boolean[], minPeers: number): MeasuredGroup[] {
  const members: number[][] = names.map(() => []);
  const askers: number[][] = names.map(() => []);
  for (const [place, known] of isKnown.entries())
    if (known) for (let step = from[place]; step < from[place + 1]; step++) members[ladder[step]].push(place);
  for (const [place, known] of isKnown.entries()) {
    if (!known) continue;
    let step = from[place];
    while (step < from[place + 1] - 1 && members[ladder[step]].length < minPeers) step++;
    askers[ladder[step]].push(place);
  }
  return names.flatMap((_, group) =>
    askers[group].length === 0
      ? []
      : [
          {
            members: Int32Array.from(members[group]),
            askers: Int32Array.from(askers[group]),
            sorted: new Float64Array(members[group].length),
          },
        ],
  );
}

/** Percentiles (domain.md 6.2) of one column in one draw. */
function measure(groups: readonly MeasuredGroup[], values: Float64Array, percentiles: Float64Array): void {
  percentiles.fill(NaN);
  for (const { members, askers, sorted } of groups) {
    let size = 0;
    for (const place of members) if (!Number.isNaN(values[place])) sorted[size++] = values[place];
    const known = sorted.subarray(0, size).sort();
    for (const place of askers) {
      const own = values[place];
      if (!Number.isNaN(own)) percentiles[place] = (below(known, own) + notAbove(known, own)) / (2 * size);
    }
  }
}

/** How many of the ascending values lie below a bound. */
function below(sorted: Float64Array, bound: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] < bound) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** How many do not lie above it. */
export function notAbove(sorted: Float64Array, bound: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] <= bound) from = middle + 1;
    else to = middle;
  }
  return from;
}
