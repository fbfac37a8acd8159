import type { GoalGroup } from '../goal';
import { ingest } from './ingest';
import { peers } from './peers';
import { processLoad } from './process';
import { storage } from './storage';

/** In the order in which they are measured: groups that change the data come last. */
export const GOAL_GROUPS: readonly GoalGroup[] = [storage, peers, ingest, processLoad];
