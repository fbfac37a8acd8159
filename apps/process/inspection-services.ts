import { CaseService } from '@app/cases';
import { StateReader } from '@app/database';
import { InspectionService } from '@app/inspection';
import { ReconciliationService } from '@app/reports';
import { LiveSessionReader } from '../api/src/live/live-session.reader';
import { LiveSessionService } from '../api/src/live/live-session.service';
import { LiveReader } from '../api/src/live/live.reader';
import type { Stores } from './stores';

/** Deep inspection over the stores; `cases` and `reconciled` are shared with whoever has them already. */
export function inspectionService(stores: Stores, cases: CaseService, reconciled?: ReconciliationService): InspectionService {
  const { settings, instance, warehouse, dataSource, clock } = stores;
  const read = { warehouse, dataSource, secret: instance.secret, clock };
  const states = new StateReader(dataSource, instance.secret);
  const broadcasts = new LiveSessionService(states, warehouse, new LiveReader(warehouse), new LiveSessionReader(warehouse), clock);
  return new InspectionService({
    ...read,
    dataDir: settings.dataDir,
    broadcasts,
    cases,
    reconciled: reconciled ?? new ReconciliationService(read),
  });
}

/** What concerns inspections, by class. */
export const inspectionServices = (stores: Stores) => [
  {
    provide: InspectionService,
    useFactory: (cases: CaseService, reconciled: ReconciliationService) => inspectionService(stores, cases, reconciled),
    inject: [CaseService, ReconciliationService],
  },
];
