import {
  VitrineError,
  type Bilingual,
  type InspectedDistribution,
  type NotAssessable,
  type Period,
  type Signal,
  type SignalSubject,
} from '@app/contracts';
import { StateReader, fullScanOver, listReferences, listSignals, type FullScan, type SignalOfAccount } from '@app/database';
import { SIGNAL_FLOOR, type Detector, type DetectorScope, type Findings, type ScannedAccount } from './detector';
import { DETECTORS } from './detectors';
import { withMeasuredViews } from './measured-views';
import { overlapsOf, type Overlaps } from './overlaps';
import type { ScanStores } from './scan';
import { openScope } from './scan-scope';
import { signalOf, strongestById, withoutKey } from './signal-of';
import { Watching } from './watching';

/** Which account of which brand is inspected, over which span (epoch ms, half open); with `sessionId` one broadcast of it. */
export interface InspectionAsk {
  brandId: number;
  /** Decimal string. */
  accountKey: string;
  sessionId?: string;
  period: Period;
  signal?: AbortSignal;
}

/** What one detector says of the subject. */
export interface DetectorAnswer {
  detector: Detector;
  /** Those whose window overlaps the period, the strongest first. */
  signals: Signal[];
  notAssessable: NotAssessable[];
  /** Where the account lies within its own past and among honest peers, the strangest claims first. */
  distributions: InspectedDistribution[];
}

/** By which scan's measure, what each detector says, and with whom the room shares viewers (null: no viewer is known). */
export interface Inspected {
  scan: FullScan;
  answers: DetectorAnswer[];
  overlaps: Overlaps | null;
}

/**
 * Runs every detector on one account by the measure of the latest full scan that covers the period; keeps nothing. What is found of all dealers together is
 * taken from that scan. Throws not_available where no full scan covers the period: without honest peers there is no measure.
 */
export async function inspectAccount(stores: ScanStores, ask: InspectionAsk): Promise<Inspected> {
  const { warehouse, dataSource, secret } = stores;
  const span = { from: new Date(ask.period.from).toISOString(), to: new Date(ask.period.to).toISOString() };
  const scan = await fullScanOver(dataSource, ask.brandId, span);
  if (!scan) throw notScanned();
  const state = await new StateReader(dataSource, secret).state(ask.brandId);
  const window = { from: Date.parse(scan.window.from), to: Date.parse(scan.window.to) };
  const kept = await listReferences(dataSource, ask.brandId, { from: scan.window.from });
  const { scope } = await openScope({ warehouse, state, window, accounts: [ask.accountKey], kept, signal: ask.signal });
  const [account] = scope.accounts;
  if (!account) throw noAccount();
  // one account alone says nothing of what is honest: what the scan has not learnt is no measure
  const learnt: DetectorScope = {
    ...scope,
    reference: (name, make) => (kept.has(name) ? scope.reference(name, make) : Promise.reject(new NotLearnt())),
  };
  const isOwn = (subject: SignalSubject): boolean =>
    'accountId' in subject &&
    subject.platform === account.platform &&
    subject.accountId === account.accountId &&
    (ask.sessionId === undefined || subject.kind === 'account' || subject.sessionId === ask.sessionId);
  const overlaps = ({ from, to }: Period): boolean => from < ask.period.to && to > ask.period.from;
  const keptSignals = await listSignals(dataSource, ask.brandId, { ...span, accountKeys: [ask.accountKey] });
  const ran: (Omit<DetectorAnswer, 'signals'> & { found: SignalOfAccount[] })[] = [];
  for (const detector of DETECTORS) {
    ask.signal?.throwIfAborted();
    if (detector.wholeBrand) {
      const found = keptSignals.filter((one) => one.detector === detector.name && isOwn(one.subject));
      ran.push({ detector, found, notAssessable: [], distributions: [] });
      continue;
    }
    const watching = new Watching(learnt);
    const { findings, notAssessable } = await detector.run(watching.scope).catch((error: unknown) => unlearnt(error, account));
    const signals = findings
      .filter(({ strength, subject, window: at }) => strength >= SIGNAL_FLOOR && isOwn(subject) && overlaps(at))
      .map((finding) => signalOf(scope, detector, finding, () => ask.accountKey));
    const silent = notAssessable.filter(({ subject }) => isOwn(subject)).map((one) => ({ detector: detector.name, ...one }));
    const found = strongestById(signals);
    ran.push({ detector, found, notAssessable: silent, distributions: watching.distributions(detector, found) });
  }
  const signals = await withMeasuredViews(
    scope,
    ran.flatMap(({ found }) => found),
  );
  const answers = ran.map(({ found, ...answer }): DetectorAnswer => {
    const ids = new Set(found.map(({ signalId }) => signalId));
    return { ...answer, signals: signals.filter(({ signalId }) => ids.has(signalId)).map(withoutKey) };
  });
  return { scan, answers, overlaps: await overlapsOf(scope, { account, period: ask.period, signals }) };
}

/** The full scan ran without the detector, or an earlier version of it. */
class NotLearnt extends Error {}

function unlearnt(error: unknown, { platform, accountId }: ScannedAccount): Findings {
  if (!(error instanceof NotLearnt)) throw error;
  return { findings: [], notAssessable: [{ subject: { kind: 'account', platform, accountId }, reason: NOT_LEARNT }] };
}

const NOT_LEARNT: Bilingual = {
  zh: '该时段的全量扫描没有学到此项检测的可比基准，请重新全量扫描',
  en: 'The full scan over this span has learnt no measure for it: run the scan again',
};

const RUN_A_SCAN: Bilingual = {
  zh: '先运行 vitrine integrity scan --from … --to …，范围须包含所查时段。',
  en: 'Run vitrine integrity scan --from … --to … over a span that contains it first.',
};

const notScanned = (): VitrineError =>
  new VitrineError(
    'not_available',
    { zh: '没有覆盖该时段的全量扫描，缺少可比对象的基准。', en: 'No full scan covers this span, so there is no measure of honest peers.' },
    { remedy: RUN_A_SCAN },
  );

const noAccount = (): VitrineError => new VitrineError('not_found', { zh: '没有该账号。', en: 'There is no such account.' });
