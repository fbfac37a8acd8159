import type { Detector } from '../detector';
import { conservation } from './physics/conservation';
import { engagementDecoupling } from './ratio/engagement-decoupling';
import { ownRatioDrift } from './ratio/own-ratio-drift';
import { concurrencyShape } from './shape/concurrency-shape';
import { replayRoom } from './shape/replay-room';
import { seasonLevel } from './shape/season-level';

/** Every detector, in the order in which they run. Adding one: its file, its spec, a line here (docs/integrity.md). */
export const DETECTORS: readonly Detector[] = [
  conservation,
  ownRatioDrift,
  seasonLevel,
  concurrencyShape,
  engagementDecoupling,
  replayRoom,
];
