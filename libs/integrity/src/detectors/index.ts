import type { Detector } from '../detector';
import { counterSanity } from './counters/counter-sanity';
import { followerSpike } from './growth/follower-spike';
import { conservation } from './physics/conservation';
import { thresholdBunching } from './policy/threshold-bunching';
import { engagementDecoupling } from './ratio/engagement-decoupling';
import { ownRatioDrift } from './ratio/own-ratio-drift';
import { concurrencyShape } from './shape/concurrency-shape';
import { replayRoom } from './shape/replay-room';
import { seasonLevel } from './shape/season-level';
import { undeclaredPaid } from './source/undeclared-paid';

/** Every detector, in the order in which they run. Adding one: its file, its spec, a line here (docs/integrity.md). */
export const DETECTORS: readonly Detector[] = [
  conservation,
  counterSanity,
  ownRatioDrift,
  seasonLevel,
  concurrencyShape,
  engagementDecoupling,
  followerSpike,
  replayRoom,
  undeclaredPaid,
  thresholdBunching,
];
