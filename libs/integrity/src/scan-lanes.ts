import { setImmediate as turn } from 'node:timers/promises';
import type { NotAssessable, ScanSummary, SignalSubject } from '@app/contracts';
import type { SignalOfAccount } from '@app/database';
import { grouped } from './grouped';
import { SIGNAL_FLOOR, type Detector, type DetectorScope } from './detector';
import { secondsSince } from './scan-cost';
import { withMeasuredViews } from './measured-views';
import { signalOf } from './signal-of';

interface Ran {
  signals: SignalOfAccount[];
  notAssessable: NotAssessable[];
  summary: ScanSummary['detectors'][number];
}

/** What detectors have found, in their order. */
interface RanDetectors {
  signals: SignalOfAccount[];
  notAssessable: NotAssessable[];
  detectors: ScanSummary['detectors'];
}

interface Running {
  onProgress?: (step: { detector: string; done: number; of: number; seconds: number }) => void;
  signal?: AbortSignal;
}

/**
 * Runs detectors in three lanes at once: those that look at entries wait for the store most of the time, those that look at minutes until the store has made the shapes
 * of all curves, and the others compute meanwhile. Each lane keeps its order (but what reads entries as well comes last), and the answer has the order of the list, whichever
 * ends first. The first failure ends all.
 */
export async function runDetectors(scope: DetectorScope, detectors: readonly Detector[], running: Running): Promise<RanDetectors> {
  const ran = new Map<Detector, Ran>();
  const failing = new AbortController();
  const lane = async (own: readonly Detector[]): Promise<void> => {
    for (const detector of own) {
      running.signal?.throwIfAborted();
      if (failing.signal.aborted) return;
      // where facts are known already nothing waits for the store, and no other lane would hear of its answers
      await turn();
      const one = await runDetector(scope, detector).catch((error: unknown) => {
        failing.abort();
        throw error;
      });
      ran.set(detector, one);
      running.onProgress?.({ detector: detector.name, done: ran.size, of: detectors.length, seconds: one.summary.seconds });
    }
  };
  const looksAtViewers = ({ tier }: Detector): boolean => tier === 'T3' || tier === 'T4';
  const waitsFor = (one: Detector): string => (looksAtViewers(one) ? 'entries' : one.inputs.includes('minutes') ? 'minutes' : 'nothing');
  // in lanes of others they would hold everybody up until all entries have been read
  const isLate = (one: Detector): number => Number(!looksAtViewers(one) && one.inputs.includes('entries'));
  const inOrder = [...detectors].sort((a, b) => isLate(a) - isLate(b));
  const lanes = [...grouped(inOrder, waitsFor).values()].map(lane);
  const [failed] = (await Promise.allSettled(lanes)).filter((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  const all = detectors.map((detector) => ran.get(detector)!);
  return {
    signals: await withMeasuredViews(
      scope,
      all.flatMap(({ signals }) => signals),
    ),
    notAssessable: all.flatMap((one) => one.notAssessable),
    detectors: all.map(({ summary }) => summary),
  };
}

const NOTHING: Awaited<ReturnType<Detector['run']>> = { findings: [], notAssessable: [] };

async function runDetector(scope: DetectorScope, detector: Detector): Promise<Ran> {
  const since = performance.now();
  const keys = new Map(scope.accounts.map(({ key, platform, accountId }) => [`${platform}/${accountId}`, key]));
  const keyOf = (subject: SignalSubject): string | null =>
    'accountId' in subject ? (keys.get(`${subject.platform}/${subject.accountId}`) ?? null) : null;
  // of nobody there is nothing to read: most hourly scans have nothing new to look at
  const found = scope.accounts.length === 0 && scope.incremental ? NOTHING : await detector.run(scope);
  const signals = found.findings
    .filter(({ strength, subject }) => strength >= SIGNAL_FLOOR && (keyOf(subject) !== null || !('accountId' in subject)))
    .map((finding) => signalOf(scope, detector, finding, keyOf));
  const { name, version } = detector;
  return {
    signals,
    notAssessable: found.notAssessable.map((one) => ({ detector: name, ...one })),
    summary: {
      ...{ detector: name, version, subjects: scope.accounts.length, signals: signals.length },
      ...{ notAssessable: found.notAssessable.length, seconds: secondsSince(since) },
    },
  };
}
