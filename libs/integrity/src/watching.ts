import type { Bilingual, InspectedDistribution, Signal } from '@app/contracts';
import { scoreAt, type HonestTail } from './calibration/tail';
import type { SizedTails } from './calibration/size-class';
import type { Detector, DetectorScope } from './detector';
import { MOST_CLAIMS, peersOf, type WatchedClaim } from './watch';

/** A scope that looks over the shoulder of one detector while it judges one account. */
export class Watching {
  readonly scope: DetectorScope;
  private readonly judged: (readonly WatchedClaim[])[] = [];
  private readonly called: Readonly<Record<string, { label: Bilingual }>>[] = [];
  /** What the detector has asked of peers, by name. */
  private readonly references = new Map<string, unknown>();

  constructor(scope: DetectorScope) {
    this.scope = {
      ...scope,
      watch: {
        judged: (claims) => void this.judged.push(claims),
        called: (words) => void this.called.push(words),
      },
      reference: async <Value>(name: string, make: () => Promise<Value>): Promise<Value> => {
        const value = await scope.reference(name, make);
        this.references.set(name, value);
        return value;
      },
    };
  }

  /**
   * What the detector has compared the account with: by claim where it compares with the own past; otherwise what honest peers reach, and where the
   * findings lie in it.
   */
  distributions(detector: Detector, signals: readonly Signal[]): InspectedDistribution[] {
    const own = this.judged.flatMap((claims, at) =>
      claims.map((claim) => ({ ...claim, label: this.called[at]?.[claim.claim]?.label ?? detector.title })),
    );
    const most = ({ subject }: InspectedDistribution): number => Math.max(...subject.map(({ quantile }) => quantile));
    const strangest = own.sort((a, b) => most(b) - most(a)).slice(0, MOST_CLAIMS);
    return strangest.length > 0 ? strangest : this.ofPeers(detector, signals);
  }

  private ofPeers({ name, title }: Detector, signals: readonly Signal[]): InspectedDistribution[] {
    return [...this.references].flatMap(([reference, value]) => {
      const tail = tailIn(value);
      const peers = tail && peersOf(tail);
      if (!tail || !peers) return [];
      const subject = signals.map(({ subject: of, window, strength }) => ({
        ...{ at: window.from, item: of.kind === 'session' ? of.sessionId : null },
        ...{ deviation: Math.round(scoreAt(tail, strength) * 100) / 100, quantile: strength },
      }));
      subject.sort((a, b) => (a.at < b.at ? -1 : 1));
      const unit = signals.some(({ subject: of }) => of.kind === 'account') ? ('weeks' as const) : ('session' as const);
      return [{ claim: reference === name ? name : reference.slice(name.length + 1), label: title, unit, subject, own: null, peers }];
    });
  }
}

const isTail = (value: unknown): value is HonestTail =>
  typeof value === 'object' && value !== null && 'quantiles' in value && 'scale' in value && 'n' in value;
const isSized = (value: unknown): value is SizedTails => typeof value === 'object' && value !== null && 'all' in value && isTail(value.all);

/** The tail of all peers in what a detector has learnt of them. */
function tailIn(value: unknown): HonestTail | null {
  if (isTail(value)) return value;
  if (isSized(value)) return value.all;
  const { tails } = (value ?? {}) as { tails?: unknown };
  return isSized(tails) ? tails.all : isTail(tails) ? tails : null;
}
