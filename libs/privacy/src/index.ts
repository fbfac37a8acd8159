export { type HoldGiven, listHolds as listLegalHolds, placeHold as placeLegalHold, releaseHold as releaseLegalHold } from './holds';
export { PersonExportService, type PersonExport } from './person-export';
export type { PersonGiven } from './person-keys';
export { PersonService } from './person.service';
export type { PrivacyAsk, PrivacyStores } from './privacy-stores';
export { RetentionService } from './retention.service';
export { StaffService, type Revealed } from './staff.service';
export { ViewerTraitService, type TraitQuery } from './viewer-traits.service';
