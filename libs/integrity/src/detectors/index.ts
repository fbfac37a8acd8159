import type { Detector } from '../detector';
import { audiencePlace } from './audience/audience-place';
import { counterSanity } from './counters/counter-sanity';
import { sourceReconciliation } from './counters/source-reconciliation';
import { followerSpike } from './growth/follower-spike';
import { lockstep } from './network/lockstep-groups';
import { mutualAidRings } from './network/mutual-aid-rings';
import { conservation } from './physics/conservation';
import { borderBunching } from './policy/border-bunching';
import { thresholdBunching } from './policy/threshold-bunching';
import { thresholdGaming } from './policy/threshold-gaming';
import { engagementDecoupling } from './ratio/engagement-decoupling';
import { ownRatioDrift } from './ratio/own-ratio-drift';
import { staffFarm } from './self/staff-farm';
import { concurrencyShape } from './shape/concurrency-shape';
import { replayRoom } from './shape/replay-room';
import { seasonLevel } from './shape/season-level';
import { undeclaredPaid } from './source/undeclared-paid';
import { chatTemplates } from './text/chat-templates';
import { commenterMix } from './text/commenter-mix';
import { audienceMix } from './viewer/audience-mix';
import { dwellSynchrony } from './viewer/dwell-synchrony';
import { freshAccounts } from './viewer/fresh-accounts';
import { redPacketGrabbers } from './viewer/red-packet-grabbers';
import { startStayShape } from './viewer/start-stay-shape';

/** Every detector, in the order in which they run. Adding one: its file, its spec, a line here (docs/integrity.md). */
export const DETECTORS: readonly Detector[] = [
  conservation,
  counterSanity,
  sourceReconciliation,
  ownRatioDrift,
  seasonLevel,
  concurrencyShape,
  engagementDecoupling,
  followerSpike,
  replayRoom,
  undeclaredPaid,
  thresholdBunching,
  borderBunching,
  startStayShape,
  dwellSynchrony,
  freshAccounts,
  audienceMix,
  redPacketGrabbers,
  thresholdGaming,
  lockstep,
  mutualAidRings,
  staffFarm,
  chatTemplates,
  commenterMix,
  audiencePlace,
];
