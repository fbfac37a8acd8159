import { detectorPrecision, fuse } from '@app/integrity';
import type { BrandState, Period, Signal, SignalSubject } from '@app/contracts';
import { listSignals } from '@app/database';
import { accountKey, type Warehouse } from '@app/warehouse';
import { accountOf, touchedBy } from './case-subject';
import type { KeptFusion } from './case-record';
import { fallenOf, withoutRemoves, type Reads } from './case.repository';
import { decidedFindings } from './learning/decisions.reader';
import { countNamed, countedOrSupposed } from './named-entries';
import { reportedOf } from './reported';
import { stakeOf, type Stake } from './stake';

/** What findings make of a case: two probabilities with their reasons, and what is at stake. */
export interface Weighed extends Stake {
  fusion: KeptFusion;
}

/** Detectors whose signals are shown and add nothing: people have said too often that they were wrong. */
export async function demotedDetectors(reads: Reads, brandId: number): Promise<string[]> {
  return detectorPrecision(await decidedFindings(reads, brandId)).flatMap(({ demoted, detector }) => (demoted ? [detector] : []));
}

/** What weighing reads. `uncounted` hears of entries that could not be counted, and what is supposed of them stands; without it that is an error. */
interface Weighing {
  warehouse: Warehouse;
  state: BrandState;
  reads: Reads;
  uncounted?: (error: unknown) => void;
}

/**
 * Weighs the findings that stand, whenever one joins, is struck or falls: nobody answers for what stands no more. Asks the fact store, so call it before the
 * rows of the case are locked.
 */
export async function weigh(
  { warehouse, state, reads, uncounted }: Weighing,
  { signals, subject, span, demoted }: { signals: readonly Signal[]; subject: SignalSubject; span: Period; demoted: readonly string[] },
): Promise<Weighed> {
  const reported = await reportedOf({ warehouse, state }, subject, span);
  const stake = await stakeOf({ warehouse, state }, signals);
  const namedEntries = uncounted
    ? await countedOrSupposed({ warehouse, state }, signals, { span, uncounted })
    : await countNamed({ warehouse, state }, signals, span);
  const window = { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() };
  const beside = await besideOf({ reads, state }, subject, span);
  return { ...stake, fusion: withoutRemoves(fuse(signals, { subject, window, demoted: [...demoted], ...reported, namedEntries, beside })) };
}

const WEEK_MS = 7 * 86_400_000;

/**
 * Kept signals of the account in the week before a span, and in the week after it, without those that people have struck and those of another owner's time: nobody
 * answers for who had the account before or after them. Of other subjects: none.
 */
export async function besideOf(
  { reads, state }: { reads: Reads; state: BrandState },
  subject: SignalSubject,
  { from, to }: Period,
): Promise<Signal[][]> {
  const account = accountOf(subject);
  if (!account) return [];
  const { brand } = state;
  const owners: (string | null)[] = touchedBy(subject, { from, to }, state).dealerIds;
  const isOwn = ({ dealerId }: Signal): boolean => (owners.length === 0 ? dealerId === null : owners.includes(dealerId));
  const accountKeys = [accountKey(brand.brandId, account.platform, account.accountId).toString()];
  const [since, until] = [from - WEEK_MS, to + WEEK_MS];
  const found = await listSignals(reads, brand.brandId, {
    accountKeys,
    from: new Date(since).toISOString(),
    to: new Date(until).toISOString(),
  });
  const near = found.filter((one) => isOwn(one) && (Date.parse(one.window.to) <= from || Date.parse(one.window.from) >= to));
  const ids = near.map(({ signalId }) => signalId);
  const fallen = ids.length === 0 ? new Set<string>() : await fallenOf(reads, brand.brandId, ids);
  const within = (begin: number, end: number) =>
    near.filter(({ signalId, window }) => !fallen.has(signalId) && Date.parse(window.from) >= begin && Date.parse(window.to) <= end);
  return [within(since, from), within(to, until)];
}
