import * as path from 'node:path';
import type { Warehouse } from '@app/warehouse';
import { sweepStaged } from './parquet-reader';
import { INCOMING, sweepBodies } from './signed/spooled-body';

/** Removes what killed processes have left of imports: bodies and staged rows hold ids of viewers as they came. `now` epoch ms. */
export async function sweepIncoming({ warehouse, dataDir }: { warehouse: Warehouse; dataDir: string }, now: number): Promise<void> {
  await sweepBodies(path.join(dataDir, INCOMING), now);
  await sweepStaged(warehouse);
}
