import { PersonExportService, PersonService, RetentionService, StaffService, ViewerTraitService } from '@app/privacy';
import type { Stores } from './stores';

/** What concerns persons, by class. */
export function privacyServices({ settings, instance, warehouse, dataSource, clock }: Stores) {
  const stores = { warehouse, dataSource, secret: instance.secret, clock };
  return [
    { provide: PersonService, useValue: new PersonService(stores) },
    { provide: PersonExportService, useValue: new PersonExportService(stores) },
    { provide: RetentionService, useValue: new RetentionService(stores, settings) },
    { provide: StaffService, useValue: new StaffService(stores, settings.revealsPerDay) },
    { provide: ViewerTraitService, useValue: new ViewerTraitService(stores) },
  ];
}
