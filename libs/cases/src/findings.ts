import { detectorPrecision, fuse } from '@app/integrity';
import type { BrandState, Period, Signal, SignalSubject } from '@app/contracts';
import type { Warehouse } from '@app/warehouse';
import type { KeptFusion } from './case-record';
import { withoutRemoves, type Reads } from './case.repository';
import { decidedFindings } from './learning/decisions.reader';
import { countNamed } from './named-entries';
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

/**
 * Weighs the findings that stand, whenever one joins, is struck or falls: nobody answers for what stands no more. Asks the fact store, so call it before the
 * rows of the case are locked.
 */
export async function weigh(
  { warehouse, state }: { warehouse: Warehouse; state: BrandState },
  { signals, subject, span, demoted }: { signals: readonly Signal[]; subject: SignalSubject; span: Period; demoted: readonly string[] },
): Promise<Weighed> {
  const reported = await reportedOf({ warehouse, state }, subject, span);
  const stake = await stakeOf({ warehouse, state }, signals);
  const namedEntries = await countNamed({ warehouse, state }, signals, span);
  const window = { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() };
  return { ...stake, fusion: withoutRemoves(fuse(signals, { subject, window, demoted: [...demoted], ...reported, namedEntries })) };
}
