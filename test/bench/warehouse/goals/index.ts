import type { GoalGroup } from '../goal';
import { dashboards } from './dashboards';
import { corrections } from './corrections';
import { ingest } from './ingest';
import { peers } from './peers';
import { processLoad } from './process';
import { ranking } from './ranking';
import { rollups } from './rollups';
import { storage } from './storage';

/** In the order in which they are measured: groups that change the data come last. */
export const GOAL_GROUPS: readonly GoalGroup[] = [storage, peers, ingest, processLoad, rollups, ranking, corrections, dashboards];
